import { endpointReaches, parseEndpoint } from '../../text/endpoint.ts'
import { createFactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, list, type Parser, string } from '../../text/parser.ts'
import { listArg } from '../../text/parser-args.ts'
import { unitsIn } from '../systemd/index.ts'
import { gunicornCommandParser } from './command.ts'

const FACTS = {
	units: list('Services whose command line runs Gunicorn.'),
	count: int('How many these are.'),
	unit: string('The one of them that binds the target, when it is one.'),
	wrappers: list('Services that run a script of which nobody knows what it runs; it may be Gunicorn.'),
	certain: bool('Where each of them listens is certain from its unit.'),
} as const satisfies FactSchema

/** A script of the operator's, or a shell; not a program of the system. */
const mayRunAnything = (path: string): boolean =>
	/\/(?:ba|da|z|k)?sh$/.test(path) || !/^\/(?:usr\/)?(?:s?bin|lib\w{0,10})\//.test(path)

/** Several units at once (`systemctl cat a b`): which of them run Gunicorn, and which one listens on an address. */
export const gunicornUnitsParser: Parser = {
	name: 'gunicorn-units',
	summary: 'The units that run Gunicorn, and the one that binds an address (systemctl cat with several units).',
	facts: FACTS,
	args: { target: string('Where the proxy connects.') },
	parse: ({ lines, args }) => {
		const sheet = createFactSheet()
		const services = unitsIn(lines).filter((unit) => unit.endsWith('.service'))
		const read = services.map((unit) => {
			const { facts, evidence } = gunicornCommandParser.parse({ lines, exitCode: 0, args: { unit } })
			return { unit, facts, line: evidence.commandLine?.[0]?.line }
		})
		const found = read
			.filter(({ facts }) => facts.isGunicorn === true)
			.map(({ unit, facts, line }) => ({
				unit,
				binds: listArg(facts, 'binds') ?? [],
				certain: facts.bindCertain === true,
				line,
			}))
		const wrapped = read.filter(({ facts }) => typeof facts.wrapper === 'string' && mayRunAnything(facts.wrapper))
		sheet.set(
			'wrappers',
			wrapped.map(({ unit }) => unit),
			...wrapped.map(({ line }) => line),
		)
		const told = found.map(({ line }) => line)
		sheet.set('count', found.length, ...told)
		sheet.set(
			'units',
			found.map(({ unit }) => unit),
			...told,
		)
		sheet.set(
			'certain',
			found.every(({ certain }) => certain),
			...told,
		)
		const target = typeof args.target === 'string' ? parseEndpoint(args.target) : undefined
		if (target === undefined) return sheet.parsed()
		const binding = found.filter(({ binds }) =>
			binds.some((bind) => {
				const at = parseEndpoint(bind)
				return at !== undefined && endpointReaches(target, at)
			}),
		)
		const [only, ...others] = binding
		if (only !== undefined && others.length === 0) sheet.set('unit', only.unit, only.line)
		return sheet.parsed()
	},
}

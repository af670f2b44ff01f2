import { endpointReaches, parseEndpoint } from '../../text/endpoint.ts'
import { bool, type FactSchema, type FactValue, int, list, string } from '../../text/parser.ts'
import { listArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { ownServicesIn, unitsIn } from '../systemd/index.ts'
import { gunicornCommandParser } from './command.ts'

const FACTS = {
	units: list('Services whose command line runs Gunicorn.'),
	count: int('How many these are.'),
	unit: string('The one of them that binds the target, when it is one.'),
	binders: list('Those of them that bind the target.'),
	unclaimed: list('Those of them that bind no address which is taken; where one listens may not be told by its unit.'),
	wrappers: list('Services that run a script of which nobody knows what it runs; it may be Gunicorn.'),
	strangers: list("Services of the operator's own that stay, and run another program."),
	certain: bool('Where each of them listens is certain from its unit.'),
} as const satisfies FactSchema

/** A script of the operator's, or a shell; not a program of the system. */
const mayRunAnything = (path: string): boolean =>
	/\/(?:ba|da|z|k)?sh$/.test(path) || !/^\/(?:usr\/)?(?:s?bin|lib\w{0,10})\//.test(path)

/** Several units at once (`systemctl cat a b`): which of them run Gunicorn, and which one listens on an address. */
export const gunicornUnitsParser = plainParser({
	name: 'gunicorn-units',
	summary: 'The units that run Gunicorn, and the one that binds an address (systemctl cat with several units).',
	facts: FACTS,
	args: {
		target: string('Where the proxy connects.'),
		taken: list('Where the proxy connects for other sites.'),
		unit: string('An instance of a template that may be among them.'),
	},
	read(sheet, _, { lines, args }) {
		const services = unitsIn(lines).filter((unit) => unit.endsWith('.service'))
		const read = services.map((file) => {
			const unit = instanceOf(file, args.unit)
			const { facts, evidence } = gunicornCommandParser.parse({ lines, exitCode: 0, args: { unit } })
			return { unit, facts, binds: listArg(facts, 'binds') ?? [], line: evidence.commandLine?.[0]?.line ?? 1 }
		})
		const unitOf = ({ unit }: (typeof read)[number]) => unit
		const found = read.filter(({ facts }) => facts.isGunicorn === true)
		const wrapped = read.filter(({ facts }) => typeof facts.wrapper === 'string' && mayRunAnything(facts.wrapper))
		sheet.list('wrappers', wrapped, unitOf)
		const known = new Set([...found, ...wrapped].map(unitOf))
		const strangers = ownServicesIn(lines).filter((file) => !known.has(instanceOf(file, args.unit)))
		sheet.set('strangers', strangers)
		sheet.set('count', found.length, ...found)
		sheet.list('units', found, unitOf)
		const isCertain = found.every(({ facts }) => facts.bindCertain === true)
		sheet.set('certain', isCertain, ...found)
		const taken = listArg(args, 'taken')
		const unclaimed = found.filter(({ binds }) => taken?.some((address) => isBound(address, binds)) !== true)
		if (taken !== undefined) sheet.list('unclaimed', unclaimed, unitOf)
		const { target } = args
		if (typeof target !== 'string' || parseEndpoint(target) === undefined) return
		const binding = found.filter(({ binds }) => isBound(target, binds))
		sheet.list('binders', binding, unitOf)
		if (binding.length === 1) sheet.set('unit', binding[0]?.unit, binding[0])
	},
})

/** Does a connection to the address arrive at one of the binds? */
function isBound(address: string, binds: readonly string[]): boolean {
	const from = parseEndpoint(address)
	if (from === undefined) return false
	return binds.some((bind) => {
		const at = parseEndpoint(bind)
		return at !== undefined && endpointReaches(from, at)
	})
}

/** `gunicorn@.service` is the file of each of its instances. */
function instanceOf(file: string, wanted: FactValue | undefined): string {
	if (typeof wanted !== 'string' || !file.endsWith('@.service')) return file
	const name = wanted.endsWith('.service') ? wanted : `${wanted}.service`
	return name.startsWith(file.slice(0, -'.service'.length)) ? name : file
}

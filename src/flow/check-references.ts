import type { Parser } from '../text/parser.ts'
import type { Report } from './check.ts'
import type { Flow, Step } from './flow.ts'
import { checkInput } from './inputs.ts'
import { nearest } from './nearest.ts'
import { RESULT } from './result.ts'
import { schemaOf, unusableInputName, unusableName } from './variables.ts'

/** Every name that a flow uses is defined: steps, causes, inputs, parsers and their arguments. */
export function checkReferences(flow: Flow, parsers: ReadonlyMap<string, Parser>, error: Report): void {
	const { steps, causes, inputs } = flow
	const stepIs = (id: string, path: readonly PropertyKey[]): void => {
		if (!Object.hasOwn(steps, id)) error({ path }, `there is no step \`${id}\``, meant(id, steps))
	}
	stepIs(flow.start, ['start'])
	for (const [id, { start }] of Object.entries(flow.paths)) stepIs(start, ['paths', id, 'start'])
	for (const [name, { format, default: value }] of Object.entries(inputs)) {
		const fault = unusableInputName(name)
		if (fault !== undefined) error({ path: ['inputs', name], key: true }, `\`${name}\` ${fault}`, 'rename the input')
		const checked = value === undefined ? undefined : checkInput(format, value)
		if (checked?.ok === false) error({ path: ['inputs', name, 'default'] }, checked.reason)
	}
	for (const [id, step] of Object.entries(steps)) {
		step.branches.forEach(({ to, set }, index) => {
			const path = ['steps', id, 'branches', index]
			if (to.kind === 'goto') stepIs(to.step, [...path, 'goto'])
			if (to.kind === 'cause' && !Object.hasOwn(causes, to.cause)) {
				error({ path: [...path, 'cause'] }, `there is no cause \`${to.cause}\``, meant(to.cause, causes))
			}
			for (const name of Object.keys(set)) {
				if (Object.hasOwn(inputs, name)) continue
				error({ path: [...path, 'set', name], key: true }, `there is no input \`${name}\``, meant(name, inputs))
			}
		})
	}
	for (const [id, { remedies }] of Object.entries(causes)) {
		// `remedy` may be written as one step or as a list; the nearest place that exists is shown.
		remedies.forEach((step, index) => {
			stepIs(step, ['causes', id, 'remedy', index])
		})
	}
	checkParsers(steps, parsers, error)
}

function checkParsers(steps: Flow['steps'], parsers: ReadonlyMap<string, Parser>, error: Report): void {
	const parserOf = new Map<string, string>([[RESULT, RESULT]])
	for (const [place, { parser, as, with: args }] of parseRules(steps)) {
		const schema = schemaOf(parser, parsers)
		if (schema === undefined) {
			error({ path: place, key: true }, `there is no parser \`${parser}\``, meant(parser, [...parsers.keys(), RESULT]))
			continue
		}
		const fault = unusableName(as)
		if (fault !== undefined && as !== RESULT) {
			error({ path: [...place, 'as'] }, `\`${as}\` ${fault}`, 'give the facts another name')
		}
		const other = parserOf.get(as) ?? parser
		if (other !== parser) {
			error(
				{ path: [...place, 'as'] },
				`\`${as}\` is the name of facts of the parser \`${other}\``,
				'one name, one parser: give the facts another name',
			)
		}
		parserOf.set(as, other)
		const known = parsers.get(parser)?.args ?? {}
		for (const arg of Object.keys(args)) {
			if (Object.hasOwn(known, arg)) continue
			error({ path: [...place, 'with', arg], key: true }, `\`${parser}\` takes no \`${arg}\``, meant(arg, known))
		}
	}
}

/** Every parse rule of the flow, with its place in the file. */
export function* parseRules(
	steps: Flow['steps'],
): Generator<readonly [place: readonly PropertyKey[], rule: Step['run'][number]['parse'][number]]> {
	for (const [id, { run }] of Object.entries(steps)) {
		for (const [index, { parse }] of run.entries()) {
			for (const rule of parse) yield [['steps', id, 'run', index, 'parse', rule.parser], rule]
		}
	}
}

function meant(name: string, known: object): string | undefined {
	const best = nearest(name, Array.isArray(known) ? known : Object.keys(known))
	return best === undefined ? undefined : `did you mean \`${best}\`?`
}

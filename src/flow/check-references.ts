import { authoredBranches, authoredSteps } from './authored.ts'
import type { Checking } from './checking.ts'
import { CONSULT, type Flow, type ParseRule } from './flow.ts'
import { checkInput } from './inputs.ts'
import { meant } from './nearest.ts'
import { RESULT } from './result.ts'
import { declareFacts, schemaOf, unusableInputName, unusableName } from './variables.ts'

/** Every name that a flow uses is defined: steps, probes, causes, inputs, parsers and their arguments. */
export function checkReferences(checking: Checking): void {
	const { flow, written, error } = checking
	const { steps, causes, inputs } = flow
	const stepIs = (id: string, path: readonly PropertyKey[]): void => {
		if (Object.hasOwn(steps, id)) return
		error({ path }, `there is no step \`${id}\``, meant(id, Object.keys(written.steps)))
	}
	const causeIs = (id: string, path: readonly PropertyKey[]): void => {
		if (!Object.hasOwn(causes, id)) error({ path }, `there is no cause \`${id}\``, meant(id, Object.keys(causes)))
	}
	if (Object.hasOwn(written.steps, CONSULT)) {
		error({ path: ['steps', CONSULT], key: true }, `\`${CONSULT}\` is the judge's own step`, 'rename the step')
		return
	}
	stepIs(flow.start, ['start'])
	for (const [id, { start }] of Object.entries(flow.paths)) stepIs(start, ['paths', id, 'start'])
	for (const [name, { format, default: value }] of Object.entries(inputs)) {
		const fault = unusableInputName(name)
		if (fault !== undefined) error({ path: ['inputs', name], key: true }, `\`${name}\` ${fault}`, 'rename the input')
		const checked = value === undefined ? undefined : checkInput(format, value)
		if (checked?.ok === false) error({ path: ['inputs', name, 'default'] }, checked.reason)
	}
	for (const step of authoredSteps(flow)) {
		step.run.forEach(({ probe }, index) => {
			if (probe === undefined || Object.hasOwn(flow.probes, probe)) return
			const path = ['steps', step.id, 'run', index]
			error({ path }, `there is no probe \`${probe}\``, meant(probe, Object.keys(flow.probes)))
		})
		authoredBranches(step).forEach(({ rule, to, set }, index) => {
			const path = ['steps', step.id, 'branches', index]
			if (to.kind === 'goto') stepIs(to.step, [...path, 'goto'])
			if (to.kind === 'cause') causeIs(to.cause, [...path, 'cause'])
			if (rule.kind === 'proof') {
				rule.causes.forEach((id, at) => {
					causeIs(id, [...path, 'cause', at])
				})
			}
			for (const name of Object.keys(set)) {
				if (Object.hasOwn(inputs, name)) continue
				error(
					{ path: [...path, 'set', name], key: true },
					`there is no input \`${name}\``,
					meant(name, Object.keys(inputs)),
				)
			}
		})
	}
	for (const [id, { remedies, yields }] of Object.entries(causes)) {
		// `remedy` may be written as one step or as a list; the nearest place that exists is shown.
		remedies.forEach((step, index) => {
			stepIs(step, ['causes', id, 'remedy', index])
		})
		yields.forEach((other, index) => {
			causeIs(other, ['causes', id, 'yields', index])
		})
	}
	checkParsers(checking)
	checkLets(checking)
}

function checkParsers({ flow, parsers, error }: Checking): void {
	const parserOf = new Map<string, string>([[RESULT, RESULT]])
	for (const [place, { parser, as, with: args }] of parseRules(flow)) {
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
			error(
				{ path: [...place, 'with', arg], key: true },
				`\`${parser}\` takes no \`${arg}\``,
				meant(arg, Object.keys(known)),
			)
		}
	}
}

function checkLets({ flow, parsers, error }: Checking): void {
	const facts = declareFacts(flow, parsers)
	for (const name of Object.keys(flow.lets)) {
		const fault =
			unusableName(name) ??
			(facts.has(name)
				? 'is the name of facts'
				: Object.hasOwn(flow.inputs, name)
					? 'is the name of an input'
					: undefined)
		if (fault !== undefined) error({ path: ['let', name], key: true }, `\`${name}\` ${fault}`, 'rename the let')
	}
}

/** Every parse rule of the flow, with its place in the file. */
function* parseRules({
	steps,
	probes,
}: Pick<Flow, 'steps' | 'probes'>): Generator<readonly [place: readonly PropertyKey[], rule: ParseRule]> {
	for (const [name, { parse }] of Object.entries(probes)) {
		for (const rule of parse) yield [['probes', name, 'parse', rule.parser], rule]
	}
	for (const [id, { run }] of Object.entries(steps)) {
		for (const [index, { probe, parse }] of run.entries()) {
			if (probe !== undefined) continue
			for (const rule of parse) yield [['steps', id, 'run', index, 'parse', rule.parser], rule]
		}
	}
}

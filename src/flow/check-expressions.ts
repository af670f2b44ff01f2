import { type FactSchema, type FactType, isDeclaration, type Parser } from '../text/parser.ts'
import { authoredBranches, authoredSteps } from './authored.ts'
import type { Report } from './check.ts'
import { checkCommand } from './check-commands.ts'
import { parseRules } from './check-references.ts'
import type { Evaluator } from './conditions.ts'
import type { Branch, Cel, Flow, FlowCommand, Template } from './flow.ts'
import { LET_TYPES, notPlain, orderLets } from './lets.ts'
import { nearest } from './nearest.ts'
import { parseTemplate, type TemplatePart } from './templates.ts'

type Path = readonly PropertyKey[]

/** A template's part with the type of its value. */
export type TypedPart = TemplatePart & { readonly type: string }

interface Checks {
	readonly error: Report
	/** Gives the type; undefined when it is wrong. `offset`: where it begins in the text at the path. */
	expression(path: Path, cel: Cel, type?: FactType, offset?: number): string | undefined
	/** Undefined when it cannot be taken apart. */
	template(path: Path, text: Template | undefined): readonly TypedPart[] | undefined
	evidence(path: Path, names: readonly string[]): void
}

/** Conditions, templates, arguments and evidence: every expression is well typed, every value stands where it may. */
export function checkExpressions(
	flow: Flow,
	evaluator: Evaluator,
	parsers: ReadonlyMap<string, Parser>,
	error: Report,
	warn: Report,
): void {
	const checks = createChecks(flow, evaluator, error)
	const command = (at: Path, run: FlowCommand): void => {
		const parts = checks.template([...at, 'command'], run.command)
		if (parts !== undefined) checkCommand([...at, 'command'], run, parts, error, warn)
		const undo = checks.template([...at, 'undo'], run.undo)
		if (undo !== undefined)
			checkCommand([...at, 'undo'], { effect: 'change', command: run.undo ?? '' }, undo, error, warn)
		checks.template([...at, 'as'], run.as)
		if (run.if !== undefined) checks.expression([...at, 'if'], run.if, 'bool')
		if (run.interactive && run.parse.length > 0) {
			const message = 'the output of an interactive command is not read'
			error({ path: [...at, 'parse'] }, message, 'parse it in a command of its own')
		}
	}
	for (const [name, probe] of Object.entries(flow.probes)) command(['probes', name], probe)
	for (const step of authoredSteps(flow)) {
		const path: Path = ['steps', step.id]
		checks.template([...path, 'guide'], step.guide)
		step.run.forEach((run, index) => {
			if (run.probe === undefined) command([...path, 'run', index], run)
		})
		authoredBranches(step).forEach((branch, index) => {
			checkBranch([...path, 'branches', index], branch, checks)
		})
	}
	checkCauses(flow, checks)
	checkLets(flow.lets, checks)
	if (flow.symptom !== undefined) checks.expression(['symptom'], flow.symptom, 'bool')
	flow.checklist.forEach(({ when }, index) => {
		checks.expression(['checklist', index, 'when'], when, 'bool')
	})
	for (const [place, { parser, with: args }] of parseRules(flow)) {
		const types: FactSchema = parsers.get(parser)?.args ?? {}
		for (const [name, cel] of Object.entries(args)) {
			const declared = Object.hasOwn(types, name) ? types[name] : undefined
			if (declared !== undefined && isDeclaration(declared)) {
				checks.expression([...place, 'with', name], cel, declared.type)
			}
		}
	}
}

const printable = new Set(['string', 'int', 'double', 'bool', 'list<string>', 'dyn'])

function createChecks(flow: Flow, evaluator: Evaluator, error: Report): Checks {
	const named = new Set([...evaluator.paths, ...Object.keys(flow.lets)])
	const expression: Checks['expression'] = (path, cel, type, offset = 0) => {
		const checked = evaluator.check(cel, type)
		if (checked.ok) return checked.type
		error({ path, span: { start: offset + checked.start, end: offset + checked.end } }, checked.message, checked.hint)
		return undefined
	}
	return {
		error,
		expression,
		template: (path, text) => {
			if (text === undefined) return undefined
			const parsed = parseTemplate(text)
			if (!parsed.ok) {
				error({ path, span: parsed }, parsed.message, 'write \\{{ for two braces that are no template')
				return undefined
			}
			return parsed.parts.map((part) => {
				if (part.kind === 'text') return { ...part, type: 'text' }
				const type = expression(path, part.cel, undefined, part.start)
				if (type !== undefined && !printable.has(type)) {
					error({ path, span: part }, `${type} cannot be written as text`, 'use a fact, or string(…)')
				}
				return { ...part, type: type ?? 'unknown' }
			})
		},
		evidence: (path, names) => {
			names.forEach((name, index) => {
				if (named.has(name)) return
				const best = nearest(name, named)
				const hint = best === undefined ? undefined : `did you mean \`${best}\`?`
				error({ path: [...path, index] }, `there is no fact or let \`${name}\``, hint)
			})
		},
	}
}

function checkBranch(at: Path, branch: Branch, checks: Checks): void {
	if (branch.rule.kind === 'when') checks.expression([...at, 'when'], branch.rule.condition, 'bool')
	const question = branch.to.kind === 'ask' ? branch.to.question : undefined
	// The text that an asking branch without a `say` has for one.
	checks.template([...at, branch.say === question ? 'ask' : 'say'], branch.say)
	if (branch.say !== question) checks.template([...at, 'ask'], question)
	for (const [name, cel] of Object.entries(branch.set)) checks.expression([...at, 'set', name], cel, 'string')
	checks.evidence([...at, 'evidence'], branch.evidence)
}

function checkCauses(flow: Flow, checks: Checks): void {
	for (const [id, cause] of Object.entries(flow.causes)) {
		const path: Path = ['causes', id]
		for (const key of ['why', 'manual', 'prevent'] as const) checks.template([...path, key], cause[key])
		cause.proof.forEach(({ when, unless, say, evidence }, index) => {
			const at = [...path, 'proof', index]
			checks.expression([...at, 'when'], when, 'bool')
			if (unless !== undefined) checks.expression([...at, 'unless'], unless, 'bool')
			checks.template([...at, 'say'], say)
			checks.evidence([...at, 'evidence'], evidence)
		})
	}
}

function checkLets(lets: Flow['lets'], checks: Checks): void {
	const { circles, tooDeep } = orderLets(lets)
	const round = new Set([...circles.values()].flat())
	for (const circle of circles.values()) {
		const [first = ''] = circle
		checks.error({ path: ['let', first] }, `\`${first}\` uses itself: ${[...circle, first].join(' → ')}`)
	}
	for (const [name, cel] of Object.entries(lets)) {
		if (round.has(name)) continue
		const path = ['let', name]
		if (tooDeep.has(name)) {
			checks.error({ path }, `\`${name}\` uses lets that use lets, too many times over`, 'say it more directly')
			continue
		}
		const type = checks.expression(path, cel)
		if (type !== undefined && type !== 'dyn' && !LET_TYPES.has(type)) checks.error({ path }, notPlain(type))
	}
}

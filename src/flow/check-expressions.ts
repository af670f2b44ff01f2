import type { FactSchema, FactType, Parser } from '../text/parser.ts'
import type { Report } from './check.ts'
import { parseRules } from './check-references.ts'
import type { Evaluator } from './conditions.ts'
import type { Cel, Flow, Template } from './flow.ts'
import { nearest } from './nearest.ts'
import { readCommand } from './shell-context.ts'
import { parseTemplate, type TemplatePart } from './templates.ts'

type Path = readonly PropertyKey[]

/** Conditions, templates, arguments and evidence: every expression is well typed, every value stands where it may. */
export function checkExpressions(
	flow: Flow,
	evaluator: Evaluator,
	parsers: ReadonlyMap<string, Parser>,
	error: Report,
	warn: Report,
): void {
	const expression = (path: Path, cel: Cel, type?: FactType, offset = 0): string | undefined => {
		const checked = evaluator.check(cel, type)
		if (checked.ok) return checked.type
		error({ path, span: { start: offset + checked.start, end: offset + checked.end } }, checked.message, checked.hint)
		return undefined
	}
	const template = (path: Path, text: Template | undefined): readonly TypedPart[] | undefined => {
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
	}
	const command = (path: Path, text: Template | undefined): void => {
		const parts = template(path, text)
		if (text === undefined || parts === undefined) return
		const { misplaced, unclosed } = readCommand(parts)
		for (const { part, message, hint } of misplaced) error({ path, span: part }, message, hint)
		if (unclosed !== undefined) error({ path }, `the command ends inside ${unclosed}`)
		parts.forEach((part, index) => {
			if (part.kind !== 'value' || part.type !== 'list<string>') return
			if (standsAlone(parts[index - 1], parts[index + 1])) return
			error({ path, span: part }, 'a list becomes several words', 'put blanks round it, or use .join(",")')
		})
		const sudo = /(?<=^|[\s;&|(])sudo(?=\s)/.exec(text)
		if (sudo !== null) {
			const span = { start: sudo.index, end: sudo.index + 4 }
			warn({ path, span }, 'a flow never writes sudo', 'use `privilege: root`, so that a container or root needs none')
		}
	}

	for (const [id, step] of Object.entries(flow.steps)) {
		const path: Path = ['steps', id]
		template([...path, 'guide'], step.guide)
		step.run.forEach((run, index) => {
			const at = [...path, 'run', index]
			command([...at, 'command'], run.command)
			command([...at, 'undo'], run.undo)
			if (run.if !== undefined) expression([...at, 'if'], run.if, 'bool')
			if (run.interactive && run.parse.length > 0) {
				error(
					{ path: [...at, 'parse'] },
					'the output of an interactive command is not read',
					'parse it in a command of its own',
				)
			}
		})
		step.branches.forEach((branch, index) => {
			const at = [...path, 'branches', index]
			if (branch.rule.kind === 'when') expression([...at, 'when'], branch.rule.condition, 'bool')
			template([...at, branch.say === sayOfAsk(branch.to) ? 'ask' : 'say'], branch.say)
			if (branch.to.kind === 'ask' && branch.say !== branch.to.question) template([...at, 'ask'], branch.to.question)
			for (const [name, cel] of Object.entries(branch.set)) expression([...at, 'set', name], cel, 'string')
			branch.evidence.forEach((fact, number) => {
				if (evaluator.paths.has(fact)) return
				const best = nearest(fact, evaluator.paths)
				const hint = best === undefined ? undefined : `did you mean \`${best}\`?`
				error({ path: [...at, 'evidence', number] }, `there is no fact \`${fact}\``, hint)
			})
		})
	}
	for (const [id, cause] of Object.entries(flow.causes)) {
		template(['causes', id, 'why'], cause.why)
		template(['causes', id, 'manual'], cause.manual)
		template(['causes', id, 'prevent'], cause.prevent)
	}
	flow.checklist.forEach(({ when }, index) => {
		expression(['checklist', index, 'when'], when, 'bool')
	})
	for (const [place, { parser, with: args }] of parseRules(flow.steps)) {
		const types: FactSchema = parsers.get(parser)?.args ?? {}
		for (const [name, cel] of Object.entries(args)) {
			const type = Object.hasOwn(types, name) ? types[name] : undefined
			if (typeof type === 'string') expression([...place, 'with', name], cel, type)
		}
	}
}

type TypedPart = TemplatePart & { readonly type: string }

const printable = new Set(['string', 'int', 'double', 'bool', 'list<string>'])

function standsAlone(before: TypedPart | undefined, after: TypedPart | undefined): boolean {
	const free = (part: TypedPart | undefined, edge: RegExp): boolean =>
		part === undefined || (part.kind === 'text' && edge.test(part.text))
	return free(before, /[\s;&|(]$/) && free(after, /^[\s;&|)<>]/)
}

/** The text that an asking branch without a `say` has for one. */
function sayOfAsk(to: Flow['steps'][string]['branches'][number]['to']): string | undefined {
	return to.kind === 'ask' ? to.question : undefined
}

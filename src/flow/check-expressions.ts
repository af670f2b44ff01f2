import { type FactType, isDeclaration } from '../text/parser.ts'
import { checkCommand, type TypedPart } from './check-commands.ts'
import type { Checking } from './checking.ts'
import { LET_TYPES, notPlain, orderLets } from './lets.ts'
import { meant } from './nearest.ts'
import type { WrittenText } from './schema-walk.ts'
import { parseTemplate } from './templates.ts'

/** Conditions, templates, arguments and evidence: every expression is well typed, every value stands where it may. */
export function checkExpressions(checking: Checking): void {
	const { flow, evaluator, texts, error } = checking
	const named = new Set([...evaluator.paths, ...Object.keys(flow.lets)])
	for (const written of texts) {
		const { is, path, text } = written
		switch (is) {
			case 'condition':
				typeOf(checking, written, 'bool')
				break
			case 'input':
				typeOf(checking, written, 'string')
				break
			case 'argument':
				checkArgument(checking, written)
				break
			case 'template':
				partsOf(checking, written)
				break
			case 'command':
				checkShell(checking, written)
				break
			case 'evidence':
				if (!named.has(text)) error({ path }, `there is no fact or let \`${text}\``, meant(text, named))
		}
	}
	checkLets(checking)
}

/** The type of an expression; undefined when it is wrong. `offset`: where it begins in the text at the path. */
function typeOf(
	{ evaluator, error }: Checking,
	{ path, text }: Pick<WrittenText, 'path' | 'text'>,
	type?: FactType,
	offset = 0,
): string | undefined {
	const checked = evaluator.check(text, type)
	if (checked.ok) return checked.type
	error({ path, span: { start: offset + checked.start, end: offset + checked.end } }, checked.message, checked.hint)
	return undefined
}

const printable = new Set(['string', 'int', 'double', 'bool', 'list<string>', 'dyn'])

/** The parts of a template with their types; undefined when it cannot be taken apart. */
function partsOf(checking: Checking, { path, text }: WrittenText): readonly TypedPart[] | undefined {
	const { error } = checking
	const parsed = parseTemplate(text)
	if (!parsed.ok) {
		error({ path, span: parsed }, parsed.message, 'write \\{{ for two braces that are no template')
		return undefined
	}
	return parsed.parts.map((part) => {
		if (part.kind === 'text') return { ...part, type: 'text' }
		const type = typeOf(checking, { path, text: part.cel }, undefined, part.start)
		if (type !== undefined && !printable.has(type)) {
			error({ path, span: part }, `${type} cannot be written as text`, 'use a fact, or string(…)')
		}
		return { ...part, type: type ?? 'unknown' }
	})
}

/** An argument is of the type that the parser declares: `…, 'parse', parser, 'with', argument`. */
function checkArgument(checking: Checking, written: WrittenText): void {
	const [parser = '', , name = ''] = written.path.slice(-3).map(String)
	const types = checking.parsers.get(parser)?.args ?? {}
	const declared = Object.hasOwn(types, name) ? types[name] : undefined
	if (declared !== undefined && isDeclaration(declared)) typeOf(checking, written, declared.type)
}

function checkShell(checking: Checking, written: WrittenText): void {
	const { path, text, owner } = written
	const command = owner as { readonly effect?: string; readonly interactive?: boolean; readonly parse: object }
	const isUndo = path.at(-1) === 'undo'
	const parts = partsOf(checking, written)
	// A probe has no effect to name: it reads.
	if (parts !== undefined) checkCommand(checking, path, text, parts, !isUndo && (command.effect ?? 'read') === 'read')
	if (!isUndo && command.interactive === true && Object.keys(command.parse).length > 0) {
		const message = 'the output of an interactive command is not read'
		checking.error({ path: [...path.slice(0, -1), 'parse'] }, message, 'parse it in a command of its own')
	}
}

function checkLets(checking: Checking): void {
	const { flow, error } = checking
	const { circles, tooDeep } = orderLets(flow.lets)
	for (const circle of circles) {
		const [first = ''] = circle
		error({ path: ['let', first] }, `\`${first}\` uses itself: ${[...circle, first].join(' → ')}`)
	}
	const round = new Set(circles.flat())
	for (const [name, text] of Object.entries(flow.lets)) {
		if (round.has(name)) continue
		const path = ['let', name]
		if (tooDeep.has(name)) {
			error({ path }, `\`${name}\` uses lets that use lets, too many times over`, 'say it more directly')
			continue
		}
		const type = typeOf(checking, { path, text })
		if (type !== undefined && type !== 'dyn' && !LET_TYPES.has(type)) error({ path }, notPlain(type))
	}
}

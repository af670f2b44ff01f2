import { type ASTNode, parse } from '@marcbachmann/cel-js'
import { mentionOf, visit } from './ast.ts'
import type { Cel } from './flow.ts'
import { partSchema, type WrittenPart } from './schema.ts'
import { mapTexts } from './schema-walk.ts'
import type { TextKind } from './schema-words.ts'
import type { SourcePath } from './source.ts'
import { parseTemplate } from './templates.ts'

/** The parameters of a part: `params.unit` in its expressions becomes the expression that the includer gives. */

/** A stretch of a text that was put in place of another: offsets before and after. */
export interface Edit {
	readonly before: { readonly start: number; readonly end: number }
	readonly after: { readonly start: number; readonly end: number }
}

export interface Substituted {
	readonly part: WrittenPart
	/** What was put in, by the place's `editKey`. */
	readonly edits: ReadonlyMap<string, readonly Edit[]>
	/** Parameters that the part mentions and does not have. */
	readonly unknown: readonly UnknownParam[]
}

interface UnknownParam {
	readonly name: string
	readonly path: SourcePath
	readonly span: { readonly start: number; readonly end: number }
}

/** A place as a key of a map. */
export function editKey(path: SourcePath): string {
	return path.map(String).join('\0')
}

/** The part with each `params.name` replaced by what `values` has for it. */
export function substituteParams(part: WrittenPart, values: ReadonlyMap<string, Cel>): Substituted {
	const edits = new Map<string, readonly Edit[]>()
	const unknown: UnknownParam[] = []
	const change = (path: SourcePath, text: string, places: readonly ParamMention[]): string => {
		const made: Edit[] = []
		let out = ''
		let at = 0
		for (const { name, start, end } of places) {
			const value = values.get(name)
			if (value === undefined) {
				unknown.push({ name, path, span: { start, end } })
				continue
			}
			out += text.slice(at, start)
			const put = /^(?:[\w.]+|"[^"\\]*")$/.test(value) ? value : `(${value})`
			made.push({ before: { start, end }, after: { start: out.length, end: out.length + put.length } })
			out += put
			at = end
		}
		if (made.length > 0) edits.set(editKey(path), made)
		return out + text.slice(at)
	}
	const changed = mapTexts(partSchema, part, ({ is, path, text }) => change(path, text, paramsOf(is, text)))
	return { part: changed, edits, unknown }
}

/** Where a range of the text after the edits stood before. */
export function rangeBefore(
	edits: readonly Edit[],
	span: { readonly start: number; readonly end: number },
): { readonly start: number; readonly end: number } {
	const before = (offset: number, edge: 'start' | 'end'): number => {
		let shift = 0
		for (const edit of edits) {
			const inside = edge === 'start' ? offset < edit.after.end : offset <= edit.after.end
			if (offset < edit.after.start || (edge === 'end' && offset === edit.after.start)) break
			if (inside) return edit.before[edge]
			shift = edit.before.end - edit.after.end
		}
		return offset + shift
	}
	return { start: before(span.start, 'start'), end: before(span.end, 'end') }
}

interface ParamMention {
	readonly name: string
	readonly start: number
	readonly end: number
}

/** The parameters that a text mentions, in its order. */
function paramsOf(is: TextKind, text: string): readonly ParamMention[] {
	if (is === 'evidence') return []
	if (is !== 'template' && is !== 'command') return paramsIn(text, 0)
	const parsed = parseTemplate(text)
	return parsed.ok ? parsed.parts.flatMap((one) => (one.kind === 'value' ? paramsIn(one.cel, one.start) : [])) : []
}

/** In the order of the text. An expression that cannot be read has none: the checks say what is wrong with it. */
function paramsIn(cel: Cel, offset: number): readonly ParamMention[] {
	if (!cel.includes('params')) return []
	let ast: ASTNode
	try {
		ast = parse(cel).ast
	} catch {
		return []
	}
	const found: ParamMention[] = []
	visit(ast, (node, bound) => {
		const mention = mentionOf(node)
		const [root = '', name] = mention ?? []
		if (root !== 'params' || bound.has(root)) return true
		if (mention?.length !== 2 || name === undefined) return mention !== undefined && mention.length > 2
		found.push({ name, start: offset + node.start, end: offset + node.end })
		return false
	})
	return found.toSorted((a, b) => a.start - b.start)
}

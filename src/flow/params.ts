import { type ASTNode, parse } from '@marcbachmann/cel-js'
import { mentionOf, visit } from './ast.ts'
import type { Cel, Template } from './flow.ts'
import type { WrittenBranch, WrittenCause, WrittenPart, WrittenProbe, WrittenStep } from './schema.ts'
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

export interface UnknownParam {
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
	const change = (path: SourcePath, text: string, places: readonly Place[]): string => {
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
	const changed = mapExpressions(part, {
		cel: (path, text) => change(path, text, paramsIn(text, 0)),
		template: (path, text) => {
			const parsed = parseTemplate(text)
			if (!parsed.ok) return text
			return change(
				path,
				text,
				parsed.parts.flatMap((one) => (one.kind === 'value' ? paramsIn(one.cel, one.start) : [])),
			)
		},
	})
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

interface Place {
	readonly name: string
	readonly start: number
	readonly end: number
}

/** In the order of the text. An expression that cannot be read has none: the checks say what is wrong with it. */
function paramsIn(cel: Cel, offset: number): readonly Place[] {
	if (!cel.includes('params')) return []
	let ast: ASTNode
	try {
		ast = parse(cel).ast
	} catch {
		return []
	}
	const found: Place[] = []
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

interface Mapping {
	cel(path: SourcePath, text: Cel): Cel
	template(path: SourcePath, text: Template): Template
}

/** The part with every expression and template changed. */
function mapExpressions(part: WrittenPart, { cel, template }: Mapping): WrittenPart {
	const cels = (path: SourcePath, record: Readonly<Record<string, Cel>>): Record<string, Cel> =>
		mapValues(record, (text, name) => cel([...path, name], text))
	const fields = <T extends object>(
		path: SourcePath,
		of: T,
		map: Mapping['cel'],
		...names: readonly (keyof T & string)[]
	): T => {
		const changed = names.flatMap((name) => {
			const text = of[name]
			return typeof text === 'string' ? [[name, map([...path, name], text)] as const] : []
		})
		return { ...of, ...Object.fromEntries(changed) }
	}
	const runnable = <T extends WrittenProbe | Extract<WrittenStep['run'][number], object>>(
		path: SourcePath,
		written: T,
	): T => ({
		...fields(path, fields(path, written, cel, 'if'), template, 'command', 'as', 'undo' as never),
		parse: mapValues(written.parse, (target, parser) =>
			typeof target === 'string' ? target : { ...target, with: cels([...path, 'parse', parser, 'with'], target.with) },
		),
	})
	const branch = (path: SourcePath, written: WrittenBranch): WrittenBranch => ({
		...fields(path, fields(path, written, cel, 'when'), template, 'say', 'ask'),
		set: cels([...path, 'set'], written.set),
	})
	const step = (path: SourcePath, written: WrittenStep): WrittenStep => ({
		...fields(path, written, template, 'guide'),
		run: written.run.map((entry, at) => (typeof entry === 'string' ? entry : runnable([...path, 'run', at], entry))),
		branches: written.branches.map((one, at) => branch([...path, 'branches', at], one)),
	})
	const cause = (path: SourcePath, written: WrittenCause): WrittenCause => ({
		...fields(path, written, template, 'why', 'manual', 'prevent'),
		proof: written.proof.map((one, at) => {
			const place = [...path, 'proof', at]
			return fields(place, fields(place, one, cel, 'when', 'unless'), template, 'say')
		}),
	})
	return {
		...part,
		include: part.include.map((entry, at) =>
			typeof entry === 'string' ? entry : { ...entry, with: cels(['include', at, 'with'], entry.with) },
		),
		probes: mapValues(part.probes, (probe, name) => runnable(['probes', name], probe)),
		let: cels(['let'], part.let),
		steps: mapValues(part.steps, (written, id) => step(['steps', id], written)),
		causes: mapValues(part.causes, (written, id) => cause(['causes', id], written)),
	}
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Record<string, B> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}

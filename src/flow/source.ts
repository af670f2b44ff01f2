import {
	type Document,
	isAlias,
	isCollection,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	parseDocument,
	visit,
	type YAMLMap,
} from 'yaml'
import { isUnprintable } from '../text/unprintable.ts'
import type { Problem } from './problem.ts'
import { offsetInScalar } from './scalar-offset.ts'

/** Keys and indices from the top of the file to a value. */
export type SourcePath = readonly PropertyKey[]

export interface Place {
	readonly path: SourcePath
	/** Underline the key in place of the value. A value that is a block of its own is always shown by its key. */
	readonly key?: boolean
	/** Only this part of a text: offsets into its value. */
	readonly span?: { readonly start: number; readonly end: number }
}

/** A YAML file with the positions of everything in it. */
export interface Source {
	/** The file as plain data. */
	readonly data: unknown
	/** A problem at a place; when nothing is there, at the nearest thing around it. */
	problem(place: Place, message: string, hint?: string): Problem
}

export type ReadSource =
	| { readonly ok: true; readonly source: Source }
	| { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads YAML 1.2 with its core schema. Duplicate keys, unknown tags and too many aliases are problems. Never throws. */
export function readSource(text: string, file: string): ReadSource {
	const lineCounter = new LineCounter()
	const problemAt = (start: number, end: number, message: string, hint?: string): Problem => {
		const { line, col } = lineCounter.lineStarts.length === 0 ? { line: 1, col: 1 } : lineCounter.linePos(start)
		const from = start - (col - 1)
		const lineBreak = text.indexOf('\n', from)
		const sourceLine = text.slice(from, lineBreak < 0 ? text.length : lineBreak).replace(/\r$/, '')
		// A place may be the line's end, and that be taken off.
		const column = Math.min(col, sourceLine.length + 1)
		const length = Math.max(1, Math.min(end - start, sourceLine.length - (column - 1)))
		return { file, line, column, message, ...(hint === undefined ? {} : { hint }), sourceLine, length }
	}
	const wholeFile = (message: string, hint?: string): ReadSource => ({
		ok: false,
		problems: [problemAt(0, 1, message, hint)],
	})

	let root: Node | null
	let data: unknown
	try {
		const document = parseDocument(text, {
			version: '1.2',
			schema: 'core',
			prettyErrors: false,
			strict: true,
			stringKeys: true,
			// Found below: yaml compares each key with all before it, which is quadratic in the number of steps.
			uniqueKeys: false,
			lineCounter,
		})
		const [error] = [...document.errors, ...document.warnings]
		if (error !== undefined) {
			const [start, end] = error.pos
			const message = `this is not YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`
			return { ok: false, problems: [problemAt(start, end, message, yamlHint(error.code, text.slice(0, end)))] }
		}
		root = document.contents
		if (root === null) return wholeFile('the file is empty', 'write a flow, or start one with `runtree new`')
		if (HAS_ESCAPE.test(text) || isUnprintable(text)) {
			const [hidden] = unprintableScalars(document)
			if (hidden !== undefined) {
				const hint = 'a flow is shown to people: write what can be seen, and in commands printf with \\033 or \\u200b'
				return {
					ok: false,
					problems: [problemAt(hidden[0], hidden[1], 'this text holds a character that cannot be seen', hint)],
				}
			}
		}
		const duplicates = findDuplicates(root)
		if (duplicates.length > 0) {
			return {
				ok: false,
				problems: duplicates.map(({ name, first, again }) => {
					const before = lineCounter.linePos(first[0]).line
					return problemAt(
						again[0],
						again[1],
						`\`${name}\` is there twice, first in line ${before}`,
						'rename or remove one',
					)
				}),
			}
		}
		data = document.toJS({ maxAliasCount: 100 })
	} catch (error) {
		if (error instanceof RangeError) return wholeFile('the file is nested too deeply')
		if (error instanceof ReferenceError) {
			const name = /Unresolved alias .*: (.+)$/.exec(error.message)?.[1]
			if (name === undefined) return wholeFile('the file has too many aliases', 'write the values out')
			const at = Math.max(0, text.indexOf(`*${name}`))
			const problem = problemAt(at, at + 1 + name.length, `no \`&${name}\` stands before this alias`)
			return { ok: false, problems: [problem] }
		}
		throw error
	}

	const top = root
	const index = new WeakMap<YAMLMap, Map<string, { readonly key: Node; readonly value: Node | undefined }>>()
	const entry = (map: YAMLMap, name: string) => {
		let entries = index.get(map)
		if (entries === undefined) {
			entries = new Map()
			for (const { key, value } of map.items) {
				const node = key as Node
				entries.set(keyText(node), { key: node, value: (value as Node | null) ?? undefined })
			}
			index.set(map, entries)
		}
		return entries.get(name)
	}
	const resolved = (node: Node | undefined): Node | undefined => (isAlias(node) ? node.resolve(top as never) : node)

	const problem: Source['problem'] = ({ path, key: atKey = false, span }, message, hint) => {
		let value: Node | undefined = top
		let key: Node | undefined
		let depth = 0
		for (const name of path) {
			const inside = resolved(value)
			const found = isMap(inside)
				? entry(inside, String(name))
				: isSeq(inside)
					? { key, value: inside.items[Number(name)] as Node | undefined, item: true }
					: undefined
			if (found === undefined || (found.value === undefined && 'item' in found)) break
			key = 'item' in found ? undefined : found.key
			value = found.value
			depth++
		}
		const whole = depth === path.length
		if (whole && span !== undefined && isScalar(value)) {
			const start = offsetInScalar(text, value, span.start)
			const end = offsetInScalar(text, value, Math.max(span.start, span.end - 1)) + 1
			return problemAt(start, end, message, hint)
		}
		const useKey = key !== undefined && (value === undefined || isCollection(resolved(value)) || (atKey && whole))
		const range = (useKey ? key : (value ?? key))?.range ?? [0, 1]
		return problemAt(range[0], isCollection(value) && !useKey ? lineEnd(text, range[0]) : range[1], message, hint)
	}
	return { ok: true, source: { data, problem } }
}

/** What may stand for a control or a hidden character in a quoted text. */
const HAS_ESCAPE = /\\[0abefrvxuUNLP]/

/** Where texts and keys hold characters that would not be shown as what they are. */
function unprintableScalars(document: Document): readonly (readonly [number, number])[] {
	const found: (readonly [number, number])[] = []
	visit(document, {
		Scalar: (_, { value, range }) => {
			if (typeof value !== 'string' || !isUnprintable(value)) return undefined
			found.push([range?.[0] ?? 0, range?.[1] ?? 1])
			return visit.BREAK
		},
	})
	return found
}

function keyText(key: Node): string {
	return isScalar(key) ? String(key.value ?? '') : ''
}

function lineEnd(text: string, offset: number): number {
	const end = text.indexOf('\n', offset)
	return end < 0 ? text.length : end
}

interface Duplicate {
	readonly name: string
	readonly first: readonly [number, number]
	readonly again: readonly [number, number]
}

function findDuplicates(root: Node): readonly Duplicate[] {
	const duplicates: Duplicate[] = []
	const waiting: unknown[] = [root]
	while (waiting.length > 0) {
		const node = waiting.pop()
		if (isSeq(node)) waiting.push(...node.items.toReversed())
		if (!isMap(node)) continue
		const seen = new Map<string, Node>()
		for (const { key, value } of node.items) {
			const name = keyText(key as Node)
			const first = seen.get(name)
			if (first === undefined) seen.set(name, key as Node)
			else duplicates.push({ name, first: rangeOf(first), again: rangeOf(key as Node) })
			waiting.push(value)
		}
	}
	return duplicates.toSorted((a, b) => a.again[0] - b.again[0])
}

function rangeOf(node: Node): readonly [number, number] {
	return node.range === null || node.range === undefined ? [0, 1] : [node.range[0], node.range[1]]
}

/** What people mean when they trip over YAML in a flow. `before`: the file up to the error. */
function yamlHint(code: string, before: string): string | undefined {
	const line = before.slice(before.lastIndexOf('\n') + 1)
	const value = line.replace(/^[\s-]*(?:[\w-]+:\s+)?/, '')
	if (value.startsWith('{{')) return 'text that begins with {{ needs quotes round it'
	if (/^[!&*@`%|>]/.test(value)) return `text that begins with ${value.charAt(0)} needs quotes round it`
	if (/^["']/.test(value))
		return 'text that begins with a quote needs other quotes round all of it, or a block after |-'
	if (code === 'BLOCK_AS_IMPLICIT_KEY' || value.includes(': ')) return 'text that contains ": " needs quotes round it'
	if (code === 'TAB_AS_INDENT') return 'indent with blanks'
	return undefined
}

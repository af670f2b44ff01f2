import { posix } from 'node:path'
import type { z } from 'zod'
import type { Cel } from './flow.ts'
import { meantOrKnown } from './nearest.ts'
import { type Edit, editKey, rangeBefore, substituteParams } from './params.ts'
import type { Problem } from './problem.ts'
import { flowSchema, partSchema, type WrittenFlow, type WrittenPart } from './schema.ts'
import { schemaProblems } from './schema-problems.ts'
import { type Place, readSource, type Source, type SourcePath } from './source.ts'

/** A flow's file and the parts that it includes, put together. */

/** Reads a part. `path`: relative to the flow's folder, normalised; at most the folder beside it. */
export type Include = (
	path: string,
) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/** The includer's expression for a parameter of a part. */
interface ParamValue {
	readonly cel: Cel
	readonly type: WrittenPart['params'][string]['type']
	readonly place: Place
	readonly file: LoadedFile
}

/** Where the checks say what they find: a place of the whole, whichever file it is in. */
type Atlas = Pick<Source, 'problem'>

interface LoadedFile {
	/** For messages. */
	readonly file: string
	readonly source: Source
	readonly edits: ReadonlyMap<string, readonly Edit[]>
}

export interface LoadedFlow {
	/** With everything that its parts have. */
	readonly written: WrittenFlow
	/** The texts of the flow's file and of its parts, in the order in which they are named. */
	readonly texts: readonly string[]
	readonly params: readonly ParamValue[]
	readonly atlas: Atlas
	/** A place that one file has: for what is only known there. */
	problemIn(file: LoadedFile, place: Place, message: string, hint?: string): Problem
}

export type LoadedFlowResult =
	| { readonly ok: true; readonly loaded: LoadedFlow }
	| { readonly ok: false; readonly problems: readonly Problem[] }

const sections = ['probes', 'let', 'steps', 'causes', 'parsers'] as const

type Contents = Pick<WrittenFlow, (typeof sections)[number]>

/** Reads a flow's file and what it includes. `file` is only for messages. Never throws. */
export function loadFiles(text: string, file: string, include: Include): LoadedFlowResult {
	const main = readWritten(text, file, flowSchema)
	if (!main.ok) return main
	const top: LoadedFile = { file, source: main.source, edits: new Map() }
	const problems: Problem[] = []
	const params: ParamValue[] = []
	/** The parts by their paths, in the order in which they are named. */
	const parts = new Map<string, LoadedPart>()

	/** `path` and `above`: the including file and those that include it, relative to the flow's folder. */
	const includeAll = (
		from: LoadedFile,
		entries: WrittenFlow['include'],
		path: string,
		above: readonly string[],
	): void => {
		const way = [...above, path]
		for (const [index, entry] of entries.entries()) {
			const { file: wanted, with: given } = typeof entry === 'string' ? { file: entry, with: {} } : entry
			const report = (message: string, hint?: string): void => {
				problems.push(problemIn(from, { path: ['include', index, 'file'] }, message, hint))
			}
			const target = posix.normalize(posix.join(posix.dirname(path), wanted))
			if (posix.isAbsolute(wanted) || /^\.\.\/\.\.(?:\/|$)/.test(target) || wanted.includes('\0')) {
				const hint = "name a file relative to this one, beside the flow or in a folder beside the flow's"
				report(`\`${wanted}\` is outside of the folder of flows`, hint)
				continue
			}
			if (way.includes(target)) {
				report(`\`${wanted}\` includes itself: ${[...way.slice(way.indexOf(target)), target].join(' → ')}`)
				continue
			}
			const before = parts.get(target)
			const key = JSON.stringify(Object.entries(given).toSorted(([a], [b]) => (a < b ? -1 : 1)))
			if (before !== undefined) {
				// A part that two parts need is there once.
				if (before.given !== key) report(`\`${wanted}\` is included before with other parameters`, 'include it once')
				continue
			}
			const read = include(target)
			if (!read.ok) {
				report(`\`${wanted}\` cannot be included: ${read.reason}`)
				continue
			}
			const part = readWritten(read.text, posix.join(posix.dirname(file), target), partSchema)
			if (!part.ok) {
				problems.push(...part.problems)
				continue
			}
			const values = valuesFor(part.written, given, ['include', index, 'with'], from)
			const { source } = part
			const { part: filled, edits, unknown } = substituteParams(part.written, values)
			for (const { name, path: at, span } of unknown) {
				const hint = meantOrKnown(name, Object.keys(part.written.params))
				problems.push(source.problem({ path: at, span }, `the part has no parameter \`${name}\``, hint))
			}
			const kept = { file: part.file, source, edits, text: read.text, part: filled, given: key }
			parts.set(target, kept)
			includeAll(kept, filled.include, target, way)
		}
	}

	/** The expressions that the includer gives for the part's parameters. `at`: where it does. */
	const valuesFor = (
		{ part, params: wanted }: WrittenPart,
		given: Readonly<Record<string, Cel>>,
		at: SourcePath,
		from: LoadedFile,
	): ReadonlyMap<string, Cel> => {
		const values = new Map<string, Cel>()
		for (const [name, { type, help }] of Object.entries(wanted)) {
			const cel = Object.hasOwn(given, name) ? given[name] : undefined
			const place: Place = { path: [...at, name] }
			if (cel === undefined) {
				const message = `\`${part}\` needs \`${name}\`: ${help}`
				problems.push(problemIn(from, place, message, `write it under \`with\`, as ${type}`))
			} else params.push({ cel, type, place, file: from })
			// An unknown one is told once, not at each of its mentions.
			values.set(name, cel ?? '""')
		}
		for (const name of Object.keys(given)) {
			if (Object.hasOwn(wanted, name)) continue
			const message = `\`${part}\` has no parameter \`${name}\``
			const hint = meantOrKnown(name, Object.keys(wanted))
			problems.push(problemIn(from, { path: [...at, name], key: true }, message, hint))
		}
		return values
	}

	includeAll(top, main.written.include, posix.basename(file), [])
	const contents: Contents = { probes: {}, let: {}, steps: {}, causes: {}, parsers: {} }
	const owners = new Map<string, LoadedFile>()
	merge(contents, owners, top, main.written, problems)
	for (const one of parts.values()) merge(contents, owners, one, one.part, problems)
	if (problems.length > 0) return { ok: false, problems }
	const ownerOf = ([section, name]: SourcePath): LoadedFile => owners.get(ownerKey(section, name)) ?? top
	return {
		ok: true,
		loaded: {
			written: { ...main.written, ...contents },
			texts: [text, ...[...parts.values()].map((one) => one.text)],
			params,
			atlas: { problem: (place, ...words) => problemIn(ownerOf(place.path), place, ...words) },
			problemIn,
		},
	}
}

function ownerKey(section: PropertyKey | undefined, name: PropertyKey | undefined): string {
	return `${String(section)}\0${String(name)}`
}

function problemIn(file: LoadedFile, place: Place, message: string, hint?: string): Problem {
	const edits = file.edits.get(editKey(place.path))
	const mapped = place.span !== undefined && edits !== undefined ? { span: rangeBefore(edits, place.span) } : {}
	return file.source.problem({ ...place, ...mapped }, message, hint)
}

interface LoadedPart extends LoadedFile {
	readonly text: string
	readonly part: WrittenPart
	/** What its parameters were given, to tell whether two mentions are the same. */
	readonly given: string
}

type ReadWritten<T> =
	| { readonly ok: true; readonly file: string; readonly source: Source; readonly written: T }
	| { readonly ok: false; readonly problems: readonly Problem[] }

const FORMAT_1 =
	'format 2 has named probes, causes that carry their proof, and lets: docs/writing-flows.md says how each is written'

function readWritten<T>(text: string, file: string, schema: z.ZodType<T>): ReadWritten<T> {
	const read = readSource(text, file)
	if (!read.ok) return read
	const { source } = read
	const failed = (path: SourcePath, message: string, hint: string): ReadWritten<T> => ({
		ok: false,
		problems: [source.problem({ path, key: true }, message, hint)],
	})
	const data = typeof source.data === 'object' && source.data !== null ? source.data : {}
	if ('format' in data && data.format === 1) {
		return failed(['format'], 'this flow is written in format 1, which is no longer read', FORMAT_1)
	}
	if (schema === (partSchema as unknown) && 'id' in data && !('part' in data)) {
		return failed(['id'], 'this is a flow, and only parts can be included', 'a part has `part: name` in place of `id`')
	}
	if (schema === (flowSchema as unknown) && 'part' in data && !('id' in data)) {
		return failed(['part'], 'this is a part, which flows include', 'give the file of a flow')
	}
	const parsed = schema.safeParse(data)
	if (!parsed.success) return { ok: false, problems: schemaProblems(parsed.error.issues, schema, source) }
	return { ok: true, file, source, written: parsed.data }
}

const names = { probes: 'a probe', let: 'a let', steps: 'a step', causes: 'a cause', parsers: 'a parser' } as const

function merge(
	contents: Contents,
	owners: Map<string, LoadedFile>,
	from: LoadedFile,
	written: Contents,
	problems: Problem[],
): void {
	for (const section of sections) {
		const into = contents[section] as Record<string, unknown>
		for (const [name, value] of Object.entries(written[section])) {
			const place: Place = { path: [section, name], key: true }
			const before = owners.get(ownerKey(section, name))
			if (before === undefined) {
				owners.set(ownerKey(section, name), from)
				into[name] = value
				continue
			}
			const there = before.source.problem(place, '')
			problems.push(
				from.source.problem(
					place,
					`\`${name}\` is ${names[section]} of ${before.file}:${there.line} as well`,
					'rename one, or remove it',
				),
			)
		}
	}
}

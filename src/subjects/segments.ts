import { readPrefix } from '../text/log-line.ts'
import type { About, OpenOutput, OutputKind, Part } from '../text/output-kind.ts'
import type { OutputLine } from '../text/parser.ts'
import { askedBy, kindNamed, kindOfCommand, outputKinds, parsersOf } from './output-kinds.ts'

/** One output of one command, as it was found in a paste. */
export interface Segment {
	readonly kind: OutputKind
	/** Names of the parsers that read it. */
	readonly parsers: readonly string[]
	/** Prefixes are taken off; numbers are those of the paste. */
	readonly lines: readonly OutputLine[]
	/** The command, when the paste shows it, without `sudo`. */
	readonly command?: string
	readonly about: About
	/** Made of lines that stand in another output as well. */
	readonly within?: true
}

/** Lines that stand together in a paste, before it is settled what they are. */
export interface Draft extends OpenOutput {
	kind: string
	readonly lines: OutputLine[]
	/** The same object in all drafts below one prompt: a command that was typed twice has two outputs. */
	readonly typed: { readonly command: string } | undefined
	about: About
	blanks: number
	depth: number
}

/** The outputs that the drafts come to. */
export function segmentsOf(drafts: readonly Draft[]): readonly Segment[] {
	return merged(drafts).flatMap(outputsOf)
}

/** Pieces of one output with prose between them. */
function merged(drafts: readonly Draft[]): readonly Draft[] {
	const result: Draft[] = []
	for (const draft of drafts) {
		const last = result.at(-1)
		const isClaimed = last !== undefined && last.typed === draft.typed && kindNamed(draft.kind).claims?.(last) === true
		if (last === undefined || !(isClaimed || joins(last, draft))) {
			result.push(draft)
			continue
		}
		if (isClaimed) last.kind = draft.kind
		for (const line of draft.lines) last.lines.push(line)
	}
	return result
}

function joins(last: Draft, next: Draft): boolean {
	if (last.kind !== next.kind) return false
	const how = kindNamed(next.kind).joins
	return how === 'anywhere' || (how === 'below-one-prompt' && last.typed === next.typed)
}

function outputsOf(draft: Draft): readonly Segment[] {
	const { lines, typed, about } = draft
	const gathered = kindNamed(draft.kind)
	const command = typed?.command
	const byWriter = gathered.byWriter === undefined ? undefined : partsByWriter(gathered, lines, command)
	const pieces: readonly Part[] = byWriter ?? [{ kind: draft.kind, lines }]
	const divided = pieces.flatMap((part): readonly Part[] => {
		const { divide } = kindNamed(part.kind)
		const within = part.within === true ? { within: true as const } : {}
		return divide === undefined
			? [part]
			: divide(part.lines, command).map((one) => ({ ...one, about: { ...part.about, ...one.about }, ...within }))
	})
	return divided.map((part) => {
		const kind = kindNamed(part.kind)
		const asked = part.within === true ? {} : askedBy(kind, command)
		return {
			kind,
			parsers: parsersOf(kind),
			lines: part.lines,
			...(command === undefined || part.within === true ? {} : { command }),
			about: { ...kind.about?.(part.lines), ...asked, ...(kind === gathered ? about : {}), ...part.about },
			...(part.within === true ? { within: true as const } : {}),
		}
	})
}

/** A journal of several programs is read as one of each that has an output of its own, and one of all the others. */
function partsByWriter(
	kind: OutputKind,
	lines: readonly OutputLine[],
	command: string | undefined,
): readonly Part[] | undefined {
	const asked = command === undefined ? undefined : kindOfCommand(command)
	if (kind.byWriter === 'whole' && asked?.isWriter !== undefined) return [{ kind: asked.name, lines }]
	const owners = [...outputKinds.values()].filter(({ isWriter }) => isWriter !== undefined)
	const parts = new Map<string, OutputLine[]>()
	let owner: string | undefined
	for (const line of lines) {
		const prefix = readPrefix(line.text)
		if (prefix?.ident !== undefined) {
			const message = line.text.slice(prefix.width)
			owner = owners.find(({ isWriter }) => isWriter?.(prefix.ident ?? '', message) === true)?.name ?? kind.name
		}
		const name = owner ?? kind.name
		const own = parts.get(name)
		if (own === undefined) parts.set(name, [line])
		else own.push(line)
	}
	if (kind.byWriter === 'whole') return [...parts].map(([name, own]) => ({ kind: name, lines: own }))
	const others = [...parts].filter(([name]) => name !== kind.name)
	return [
		{ kind: kind.name, lines },
		...others.map(([name, own]) => ({ kind: name, lines: own, within: true as const })),
	]
}

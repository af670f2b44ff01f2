import type { About, OutputKind } from '../text/output-kind.ts'
import { subjects } from './catalogue.ts'

/** The outputs that can be told apart, of all subjects. */
export const outputKinds: ReadonlyMap<string, OutputKind> = new Map(
	subjects.flatMap(({ outputs }) => outputs.map((kind) => [kind.name, kind] as const)),
)

const all: readonly OutputKind[] = [...outputKinds.values()]

/** The kind of that name, which a subject has. */
export function kindNamed(name: string): OutputKind {
	const kind = outputKinds.get(name)
	if (kind === undefined) throw new Error(`no subject has an output ${name}`)
	return kind
}

const readers: ReadonlyMap<string, readonly string[]> = new Map(
	all.map(({ name, parsers }) => {
		const others = all.filter(({ standsIn }) => standsIn?.includes(name)).flatMap((kind) => kind.parsers)
		return [name, [...new Set([...parsers, ...others])]]
	}),
)

/** Names of all parsers that read such an output, its own ones first. */
export function parsersOf({ name }: OutputKind): readonly string[] {
	return readers.get(name) ?? []
}

/** The parser that reads such an output for whoever asks for the facts of `wanted`; undefined when none does. */
export function readerOf(kind: OutputKind, wanted: string): string | undefined {
	return parsersOf(kind).includes(wanted) ? wanted : kind.readBy?.[wanted]
}

/** What a command prints, as far as its words tell; a program's own journal before the journal of anything. */
export function kindOfCommand(command: string): OutputKind | undefined {
	const found = all.filter(({ printedBy }) => printedBy?.(command) !== undefined)
	return found.find(({ isWriter }) => isWriter !== undefined) ?? found[0]
}

/** What a command that prints this asks about. */
export function askedBy(kind: OutputKind, command: string | undefined): About {
	return (command === undefined ? undefined : kind.printedBy?.(command)) ?? {}
}

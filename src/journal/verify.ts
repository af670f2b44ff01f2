import { dirname } from 'node:path'
import { type ChainHead, hashOf, readHead, sumHolds } from './chain.ts'
import type { JournalEntry } from './entry.ts'
import { type JournalLine, linesOf, parseLine } from './read.ts'
import { REDACTED } from './secret-values.ts'

/** What became of a journal since it was written. */
export interface Verification {
	/** What is wrong with it, one clause each. None: it is whole. */
	readonly faults: readonly string[]
	/** Its session has no end: it broke off, or is still open. No fault of the journal. */
	readonly unfinished: readonly string[]
	/** Entries of types that this version does not know, in their place in the chain. */
	readonly unknown: number
	readonly entries: number
	/** Hash of the last line, to be kept elsewhere; undefined when there is no line. */
	readonly hash: string | undefined
}

/** Checks a journal's file, line by line. Throws when it cannot be read. */
export async function verifyJournal(file: string): Promise<Verification> {
	const verifier = createVerifier()
	for await (const line of linesOf(file)) verifier.take(line)
	return verifier.end(readHead(dirname(file)))
}

/** Most faults that are told one by one: of a journal that is all wrong the first ones say enough. */
const MOST_FAULTS = 50

function createVerifier() {
	const faults: string[] = []
	const open = new Map<string, string>()
	const known = new Set<string>()
	/** Yeses that no command has used yet: what they allow, by step and place. */
	const allowed = new Map<string, string>()
	/** Of every line, for the head: a journal may have grown after it. */
	const hashes: string[] = []
	let damaged = 0
	let unchained = 0
	let unknown = 0
	let entries = 0
	let torn = false
	/** A piece of a line that a kill left; harmless when the chain goes on behind it. */
	let piece: string | undefined
	let seq = 0
	let hash: string | undefined
	let ended = false

	const chain = (
		line: string,
		{ seq: own, prev }: { readonly seq: number; readonly prev?: string | undefined },
	): void => {
		const sum = sumHolds(line)
		if (own !== seq + 1) faults.push(gap(seq, own))
		if (sum === undefined || (prev === undefined && entries > 0)) unchained++
		else if (!sum) faults.push(`entry ${own} was edited`)
		else if (entries > 0 && prev !== hash) faults.push(`entry ${own} does not follow the one before it`)
		if (
			piece !== undefined &&
			!(own === seq + 1 && prev === hash && piece.startsWith(`{"seq":${own}`.slice(0, piece.length)))
		)
			damaged++
		piece = undefined
		seq = own
		hash = hashOf(line)
		hashes[own] = hash
		entries++
	}

	const meaning = (entry: JournalEntry): void => {
		switch (entry.type) {
			case 'confirmed':
				allowed.set(`${entry.step}/${entry.index}`, entry.command)
				break
			case 'declined':
				allowed.clear()
				break
			case 'session.started':
				ended = false
				if (entries > 1) faults.push(`entry ${entry.seq} begins another session`)
				break
			case 'session.resumed':
				ended = false
				allowed.clear()
				// It says itself that this one has no end.
				if (entry.interrupted !== undefined) open.delete(entry.interrupted.run)
				break
			case 'session.ended':
				ended = true
				break
			case 'command.started': {
				open.set(entry.run, entry.command)
				known.add(entry.run)
				const place = `${entry.step}/${entry.index}`
				const yes = allowed.get(place)
				allowed.delete(place)
				if (entry.effect === 'read' || entry.pasted) break
				if (yes === undefined) faults.push(`the change ${entry.run} has no yes: ${firstLine(entry.command)}`)
				else if (!sameCommand(yes, entry.command))
					faults.push(`the yes to the change ${entry.run} was to another command`)
				break
			}
			case 'command.ended':
				open.delete(entry.run)
				break
		}
		if ('run' in entry && !known.has(entry.run)) {
			known.add(entry.run)
			faults.push(`entry ${entry.seq} is of the command ${entry.run}, which never began`)
		}
	}

	return {
		take: (line: JournalLine): void => {
			if (line.text === '' && !line.overlong) return
			const parsed = line.overlong ? undefined : parseLine(line.text)
			if (parsed === undefined) {
				if (!line.whole) torn = true
				else if (piece === undefined && !line.overlong) piece = line.text
				else damaged++
				return
			}
			chain(line.text, parsed.entry)
			if (parsed.known) meaning(parsed.entry)
			else unknown++
		},
		end: (head: ChainHead | undefined): Verification => {
			if (piece !== undefined) damaged++
			const unfinished: string[] = []
			for (const [run, command] of open) unfinished.push(`the command ${run} has no end: ${firstLine(command)}`)
			if (!ended) unfinished.push('the session has no end: it broke off, or is still open')
			if (torn) unfinished.push('the last line is cut off')
			if (head !== undefined && seq < head.seq) {
				const missing = head.seq - seq
				faults.push(
					`the journal was cut: ${missing === 1 ? 'its last entry is' : `its last ${missing} entries are`} missing`,
				)
			} else if (head !== undefined && hashes[head.seq] !== head.hash) {
				faults.push(`entry ${head.seq} is not the one that was written`)
			}
			const all = [
				...(damaged > 0 ? [`${damaged} ${damaged === 1 ? 'line is' : 'lines are'} damaged`] : []),
				...(unchained > 0
					? [`${unchained} ${unchained === 1 ? 'entry has' : 'entries have'} no hash: an edit would not be seen`]
					: []),
				...faults.slice(0, MOST_FAULTS),
				...(faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : []),
			]
			return { faults: all, unfinished, unknown, entries, hash }
		},
	}
}

function firstLine(text: string): string {
	return text.split('\n', 1)[0] ?? ''
}

/** As far as it can be told: what one of the two masks the other may still have. */
function sameCommand(one: string, other: string): boolean {
	return one === other || one.includes(REDACTED) || other.includes(REDACTED)
}

function gap(before: number, next: number): string {
	if (next <= before) return `entry ${next} stands after entry ${before}`
	return next === before + 2 ? `entry ${before + 1} is missing` : `entries ${before + 1} to ${next - 1} are missing`
}

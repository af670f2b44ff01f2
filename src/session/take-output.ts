import type { Journal } from '../journal/writer.ts'
import { countNewlines, createLineSplitter } from '../target/output-lines.ts'
import type { OutputStore } from '../target/output-store.ts'
import type { OutputChunk } from '../target/target.ts'
import type { OutputLine } from '../text/parser.ts'
import { createKeptLines } from './kept-lines.ts'

/** Takes a command's output to the journal, to the screen's store, and to what parsers will read. */
export interface OutputIntake {
	take(chunk: OutputChunk): void
	/** Takes what had no newline, and closes the run's output in the journal. */
	end(offsetMs: number): { readonly lines: readonly OutputLine[]; readonly count: number }
}

/** From here on only the end is of use to anybody (UTF-16 code units, lines): parsers have what they get of the beginning. */
const BEGINNING = 5_000_000
const BEGINNING_LINES = 50_000
/** The end that is held: as much as the journal and the parsers keep of it. */
const END_LENGTH = 1_000_000
const END_LINES = 10_000
/** Between two looks at a flood. */
const LOOK_MS = 100
/** Of a look, code units and lines: a screen or two. */
const LOOK_LENGTH = 16_384
const LOOK_LINES = 200

/** A chunk outside of V8's heap: what outlives a collection makes the heap grow, and does not let it shrink again. */
interface Held {
	readonly stream: OutputChunk['stream']
	readonly offsetMs: number
	readonly length: number
	readonly newlines: number
	readonly bytes: Buffer
	readonly byteLength: number
}

/**
 * A flood costs little: once the beginning was taken, chunks are held as they came and only counted. When the command
 * has ended, the last of them are split into lines; until then the screen gets the newest ones ten times a second.
 */
export function takeOutput(
	run: string,
	{ journal, output }: { readonly journal: Journal; readonly output: OutputStore },
): OutputIntake {
	const splitter = createLineSplitter()
	const kept = createKeptLines()
	const held: Held[] = []
	/** Used again and again. */
	const free: Buffer[] = []
	let seen = 0
	let heldLength = 0
	let heldLines = 0
	let lookedAt = 0

	const takeLines = (lines: readonly OutputLine[], offsetMs: number): void => {
		if (lines.length === 0) return
		kept.add(lines)
		for (let from = 0; from < lines.length; ) {
			const stream = lines[from]?.stream ?? 'stdout'
			let to = from + 1
			while (to < lines.length && lines[to]?.stream === stream) to++
			const texts = lines.slice(from, to).map((line) => line.text)
			journal.output(run, stream, texts, offsetMs)
			from = to
		}
		output.append(run, lines)
	}

	const hold = (chunk: OutputChunk): void => {
		const { stream, offsetMs, text } = chunk
		const newlines = countNewlines(text)
		const used = free.pop()
		const bytes = used !== undefined && used.length >= 3 * text.length ? used : Buffer.allocUnsafeSlow(3 * text.length)
		held.push({ stream, offsetMs, length: text.length, newlines, bytes, byteLength: bytes.write(text) })
		heldLength += text.length
		heldLines += newlines
		for (let oldest = held[0]; oldest !== undefined; oldest = held[0]) {
			const enough = heldLength - oldest.length >= END_LENGTH || heldLines - oldest.newlines >= END_LINES
			if (!enough) break
			held.shift()
			heldLength -= oldest.length
			heldLines -= oldest.newlines
			const dropped = chunkOf(oldest)
			journal.skipOutput(run, dropped.stream, dropped.text, splitter.skip(dropped))
			free.push(oldest.bytes)
		}
		const now = performance.now()
		if (now - lookedAt < LOOK_MS) return
		lookedAt = now
		output.append(run, newestLines(held, splitter.count() + heldLines))
	}

	return {
		take: (chunk) => {
			seen += chunk.text.length
			if (seen <= BEGINNING && splitter.count() < BEGINNING_LINES) takeLines(splitter.push(chunk), chunk.offsetMs)
			else hold(chunk)
		},
		end: (offsetMs) => {
			for (const each of held) takeLines(splitter.push(chunkOf(each)), each.offsetMs)
			takeLines(splitter.end(), offsetMs)
			journal.endOutput(run)
			return { lines: kept.all(), count: splitter.count() }
		},
	}
}

function chunkOf({ stream, offsetMs, bytes, byteLength }: Held): OutputChunk {
	return { stream, offsetMs, text: bytes.toString('utf8', 0, byteLength) }
}

/** The lines that the newest chunks complete, of which the last one has the number `last`. */
function newestLines(held: readonly Held[], last: number): OutputLine[] {
	let from = held.length
	let length = 0
	let newlines = 0
	while (from > 0 && length < LOOK_LENGTH && newlines < LOOK_LINES) {
		from--
		length += held[from]?.length ?? 0
		newlines += held[from]?.newlines ?? 0
	}
	const splitter = createLineSplitter()
	const lines = held.slice(from).flatMap((each) => splitter.push(chunkOf(each)))
	const before = last - lines.length
	const begun = new Set<OutputLine['stream']>()
	return lines.flatMap(({ stream, number, text }) => {
		// The first one may have begun in a chunk before.
		if (!begun.has(stream)) return begun.add(stream) && []
		return [{ stream, number: before + number, text }]
	})
}

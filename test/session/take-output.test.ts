import { describe, expect, test } from 'vitest'
import { takeOutput } from '../../src/session/take-output.ts'
import { createLineSplitter } from '../../src/target/output-lines.ts'
import { createOutputStore } from '../../src/target/output-store.ts'
import type { OutputChunk } from '../../src/target/target.ts'
import { journaled, newJournal } from '../support/session-kit.ts'

/** Chunks as a pipe gives them: cut anywhere. */
function chunked(text: string, size: number, stream: OutputChunk['stream'] = 'stdout'): OutputChunk[] {
	const chunks: OutputChunk[] = []
	for (let from = 0; from < text.length; from += size)
		chunks.push({ stream, text: text.slice(from, from + size), offsetMs: chunks.length })
	return chunks
}

function taken(chunks: readonly OutputChunk[]) {
	const journal = newJournal()
	const output = createOutputStore()
	output.begin('run')
	const intake = takeOutput('run', { journal, output })
	for (const chunk of chunks) intake.take(chunk)
	const shownBefore = output.view('run')
	const { lines, count } = intake.end(99)
	journal.close()
	const entries = journaled(journal.folder)
	const written = entries.flatMap((entry) =>
		entry.type === 'command.output' ? entry.text.split('\n').slice(0, -1) : [],
	)
	const dropped = entries.flatMap((entry) => (entry.type === 'command.output-dropped' ? [entry.lines] : []))
	return { lines, count, written, dropped, view: output.view('run'), shownBefore }
}

function split(chunks: readonly OutputChunk[]) {
	const splitter = createLineSplitter()
	return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
}

describe('the output of a command', () => {
	test('that is short is taken as it is', () => {
		const chunks = chunked('one\ntwo\nthree', 5)
		const { lines, count, written, dropped, view } = taken(chunks)
		expect(lines).toEqual(split(chunks))
		expect({ count, written, dropped }).toEqual({ count: 3, written: ['one', 'two', 'three'], dropped: [] })
		expect(view.slice(1, 9)).toEqual(split(chunks))
	})

	test.each<[string, OutputChunk[]]>([
		['many short lines', chunked(Array.from({ length: 900_000 }, (_, i) => `${i}\n`).join(''), 8_192)],
		['lines of a log', chunked(Array.from({ length: 130_000 }, (_, i) => `${i} ${'x'.repeat(100)}\n`).join(''), 8_191)],
		['no newline at its end', chunked(`${'line\n'.repeat(500_000)}last`, 8_000)],
		[
			'both streams, lines cut between the chunks',
			chunked('an answer\n'.repeat(800_000), 4_097).flatMap((chunk, index) =>
				index % 3 === 0 ? [chunk, ...chunked('a complaint é\n', 6, 'stderr')] : [chunk],
			),
		],
	])('that is a flood: %s: beginning and end are exact, and all lines are accounted for', (_, chunks) => {
		const all = split(chunks)
		const { lines, count, written, dropped, view, shownBefore } = taken(chunks)
		expect(count).toBe(all.length)
		for (const line of lines) expect(line).toEqual(all[line.number - 1])
		expect(lines[0]?.number).toBe(1)
		expect(lines.at(-1)?.number).toBe(all.length)
		// Parsers have two ends, each without a hole.
		const holes = lines.filter((line, index) => index > 0 && line.number !== (lines[index - 1]?.number ?? 0) + 1)
		expect(holes.length).toBeLessThanOrEqual(1)
		const [missing = 0] = dropped
		expect(missing).toBeGreaterThan(0)
		expect(written.length + missing).toBe(all.length)
		const beginning = written.findIndex((text, index) => text !== all[index]?.text)
		const split1 = beginning < 0 ? written.length : beginning
		expect(written.slice(split1)).toEqual(all.slice(split1 + missing).map(({ text }) => text))
		// The screen ends with the newest lines, and had some of them while it went on.
		expect(view.total).toBe(all.length)
		expect(view.slice(all.length - 99, 100)).toEqual(all.slice(-100))
		for (const line of shownBefore.slice(1, all.length)) expect(line).toEqual(all[line.number - 1])
		expect(shownBefore.total).toBeGreaterThan(40_000)
	})

	test('a private key that begins in what is dropped does not end in the journal', () => {
		const material = `${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2'.slice(0, 64)}\n`
		// All of the end that is kept is key material, and the mark itself is cut in two.
		const key = `-----BEGIN RSA PRIVATE KEY-----\n${material.repeat(40_000)}-----END RSA PRIVATE KEY-----\nafter\n`
		const { written } = taken(chunked('before\n'.repeat(900_000) + key, 8_190))
		expect(written.at(-1)).toBe('after')
		expect(written.filter((text) => text.includes('QUJDREVG'))).toEqual([])
	})
})

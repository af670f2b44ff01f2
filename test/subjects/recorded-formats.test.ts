import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsers } from '../../src/subjects/catalogue.ts'
import type { Facts, FactValue } from '../../src/text/parser.ts'
import { printed } from './messy-output.ts'

const folder = join(import.meta.dirname, '../fixtures/facts/formats')

/** One output of one state of one host; `same` is the name of the plain output that says the same. */
interface Recording {
	readonly name: string
	readonly parser: string
	readonly command: string
	readonly exitCode: number
	readonly same: string
	readonly columns?: number
	readonly args?: Facts
	/** Facts that this format does not tell: then they have to be left out. */
	readonly lost?: readonly string[]
	/** Facts that are others there: the request was another one, the log was longer by then. */
	readonly other?: readonly string[]
}

const listed: readonly Recording[] = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))
/** A unit's log is read by the service's parser, and by systemd's. */
const recordings = listed.flatMap((recording) =>
	recording.parser === 'gunicorn-log' ? [recording, { ...recording, parser: 'journal' }] : [recording],
)
const factsOf = ({ name, parser, args = {} }: Recording): Facts => {
	const lines = printed(readFileSync(join(folder, `${name}.txt`), 'utf8'))
	return parsers.get(parser)?.parse({ lines, exitCode: null, args }).facts ?? {}
}

/** How a time is written differs. How much of a log was shown, and on which line, is no news of the service. */
const WRITTEN = /(?:^|\.)(?:time|oldTime|since|lines|starts|passLine|deciding)$/

const flat = (facts: Facts, under = ''): readonly (readonly [string, FactValue])[] =>
	Object.entries(facts).flatMap(([name, value]) =>
		typeof value === 'object' && !Array.isArray(value)
			? flat(value as Facts, `${under}${name}.`)
			: [[`${under}${name}`, value] as const],
	)

describe('an output in another format says the same', () => {
	it.each(recordings.filter(({ name, same }) => name !== same))('$name, $parser: $command', (recording) => {
		const plain = recordings.find(({ name, parser }) => name === recording.same && parser === recording.parser)
		if (plain === undefined) throw new Error(`${recording.same} is not recorded`)
		const { lost = [], other = [] } = recording
		const expected = flat(factsOf(plain)).filter(([name]) => !WRITTEN.test(name))
		const told = Object.fromEntries(flat(factsOf(recording)))
		expect(expected.length).toBeGreaterThan(0)
		expect(lost.filter((name) => name in told)).toEqual([])
		const same = expected.filter(([name]) => !lost.includes(name) && !other.includes(name))
		expect(told).toMatchObject(Object.fromEntries(same))
	})
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RESULT_TEXT_LIMIT, resultFacts } from '../../src/flow/result.ts'
import type { OutputLine } from '../../src/text/parser.ts'

const exited = { kind: 'exited', exitCode: 0, signal: null, durationMs: 5, heldOpen: false } as const

function lines(...texts: readonly string[]): readonly OutputLine[] {
	return texts.map((text, index) => ({ stream: 'stdout', number: index + 1, text }))
}

describe('resultFacts', () => {
	test('tells both streams apart, and where they were read', () => {
		const output: readonly OutputLine[] = [
			{ stream: 'stdout', number: 1, text: 'a' },
			{ stream: 'stderr', number: 2, text: 'b' },
			{ stream: 'stdout', number: 3, text: 'c' },
		]
		expect(resultFacts(exited, output)).toEqual({
			facts: { exitCode: 0, stdout: 'a\nc', stderr: 'b', timedOut: false, ending: 'exited', durationMs: 5 },
			evidence: { stdout: [{ line: 1 }, { line: 3 }], stderr: [{ line: 2 }] },
		})
	})

	test.each([
		[{ ...exited, exitCode: null, signal: 'SIGKILL' }, 'exited', false],
		[{ kind: 'timed-out', durationMs: 30_000 }, 'timed-out', true],
		[{ kind: 'not-started', reason: 'no such program', durationMs: 0 }, 'not-started', false],
		[{ kind: 'disconnected', reason: 'lost', durationMs: 1.6 }, 'disconnected', false],
	] as const)('%j has no exit code', (ending, kind, timedOut) => {
		const { facts } = resultFacts(ending, [])
		expect(facts).toMatchObject({ ending: kind, timedOut })
		expect(facts).not.toHaveProperty('exitCode')
	})

	test('keeps the beginning and the end of a long output', () => {
		const output = lines('first', ...Array.from({ length: 50_000 }, (_, index) => `line ${index}`), 'last')
		const { stdout } = resultFacts(exited, output).facts
		expect(String(stdout).length).toBeLessThanOrEqual(RESULT_TEXT_LIMIT)
		expect(String(stdout).startsWith('first\nline 0\n')).toBe(true)
		expect(String(stdout).endsWith('line 49999\nlast')).toBe(true)
	})

	test('never gives more than the limit, and all of what is shorter', () => {
		const texts = fc.array(
			fc.oneof(
				fc.string(),
				fc.nat(70_000).map((size) => 'x'.repeat(size)),
			),
			{ maxLength: 6 },
		)
		fc.assert(
			fc.property(texts, (output) => {
				const whole = output.join('\n')
				const stdout = String(resultFacts(exited, lines(...output)).facts.stdout)
				expect(stdout.length).toBeLessThanOrEqual(RESULT_TEXT_LIMIT)
				if (whole.length <= RESULT_TEXT_LIMIT) expect(stdout).toBe(whole)
			}),
		)
	})
})

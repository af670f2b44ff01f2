import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseTerminal, type TerminalFacts } from '../../src/terminal/detect.ts'

const tty: TerminalFacts = {
	env: { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' },
	stdinIsTty: true,
	stdoutIsTty: true,
	columns: 120,
}
const withEnv = (env: TerminalFacts['env']): TerminalFacts => ({ ...tty, env: { ...tty.env, ...env } })
const choose = (facts: TerminalFacts, plain = false) => chooseTerminal(facts, { plain })

test('a good terminal gets the full-screen interface with colours and glyphs', () => {
	expect(choose(tty)).toEqual({
		frontEnd: 'tui',
		colour: true,
		glyphs: 'unicode',
		columns: 120,
	})
})

describe('lines instead of the full screen', () => {
	test.each<[string, TerminalFacts, boolean, string]>([
		['asked for', tty, true, '--plain'],
		['by environment', withEnv({ RUNTREE_PLAIN: '1' }), false, 'RUNTREE_PLAIN is set'],
		['screen reader', withEnv({ INK_SCREEN_READER: 'true' }), false, 'INK_SCREEN_READER is set'],
		['piped out', { ...tty, stdoutIsTty: false }, false, 'standard output is not a terminal'],
		['piped in', { ...tty, stdinIsTty: false }, false, 'standard input is not a terminal'],
		['dumb', withEnv({ TERM: 'dumb' }), false, 'TERM=dumb'],
		['no TERM', withEnv({ TERM: undefined }), false, 'TERM is not set'],
	])('%s', (_, facts, plain, because) => {
		expect(choose(facts, plain)).toMatchObject({ frontEnd: 'plain', plainBecause: because })
	})

	test.each([{ RUNTREE_PLAIN: '' }, { RUNTREE_PLAIN: '0' }, { INK_SCREEN_READER: 'false' }])('not for %o', (env) => {
		expect(choose(withEnv(env)).frontEnd).toBe('tui')
	})

	test('CI on a terminal changes nothing', () => {
		expect(choose(withEnv({ CI: 'true' })).frontEnd).toBe('tui')
	})
})

describe('colour', () => {
	test.each<[TerminalFacts['env'], boolean, boolean]>([
		[{ NO_COLOR: '1' }, true, false],
		[{ NO_COLOR: '' }, true, true],
		[{ TERM: 'dumb' }, true, false],
		[{}, false, false],
		[{ FORCE_COLOR: '1' }, false, true],
		[{ FORCE_COLOR: '3', NO_COLOR: '1' }, true, true],
		[{ FORCE_COLOR: '0' }, true, false],
		[{ FORCE_COLOR: '' }, false, true],
	])('%o, terminal %s: %s', (env, stdoutIsTty, colour) => {
		expect(choose({ ...withEnv(env), stdoutIsTty }).colour).toBe(colour)
	})
})

describe('glyphs', () => {
	test.each<[TerminalFacts['env'], string]>([
		[{ LANG: 'C.UTF-8' }, 'unicode'],
		[{ LANG: 'de_DE.utf8' }, 'unicode'],
		[{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, 'ascii'],
		[{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, 'unicode'],
		[{ LANG: 'en_US.UTF-8', LC_ALL: '' }, 'unicode'],
		[{ LANG: undefined }, 'ascii'],
		[{ LANG: 'de_DE@euro' }, 'ascii'],
		[{ TERM: 'linux' }, 'ascii'],
	])('%o: %s', (env, glyphs) => {
		expect(choose(withEnv(env)).glyphs).toBe(glyphs)
	})
})

test('any environment and size gives a usable choice', () => {
	const value = fc.option(fc.string(), { nil: undefined })
	fc.assert(
		fc.property(
			fc.record({
				TERM: value,
				LANG: value,
				LC_ALL: value,
				NO_COLOR: value,
				FORCE_COLOR: value,
				RUNTREE_PLAIN: value,
			}),
			fc.boolean(),
			fc.boolean(),
			fc.option(fc.integer(), { nil: undefined }),
			(env, stdinIsTty, stdoutIsTty, columns) => {
				const choice = choose({ env, stdinIsTty, stdoutIsTty, columns })
				expect(choice.columns).toBeGreaterThanOrEqual(20)
				expect(choice.plainBecause === undefined).toBe(choice.frontEnd === 'tui')
				if (choice.frontEnd === 'tui') expect(stdinIsTty && stdoutIsTty).toBe(true)
			},
		),
	)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sanitizeLine, sanitizeText } from '../../src/target/sanitize.ts'
import { growth } from '../support/cost.ts'
import { runs } from '../support/property.ts'

describe('a line', () => {
	test.each<[string, string, string]>([
		['colours', '\u001B[31;1mred\u001B[0m', 'red'],
		['a lying link', '\u001B]8;;https://evil\u0007nginx.conf\u001B]8;;\u001B\\', 'nginx.conf'],
		['a window title', 'a\u001B]0;rm -rf /\u0007b', 'ab'],
		['a DCS', 'a\u001BPq#0;2;0;0;0\u001B\\b', 'ab'],
		['an APC and a PM', '\u001B_payload\u001B\\a\u001B^payload\u001B\\b', 'ab'],
		['C1 forms', '\u009B31mred\u009D0;title\u0007 \u0090dcs\u009Cend', 'red end'],
		['a clipboard write', '\u001B]52;c;cm0gLXJmIC8=\u0007ok', 'ok'],
		['cursor movement', 'a\u001B[2J\u001B[1;1H\u001B[?25lb', 'ab'],
		['a charset switch', '\u001B(0lqk\u001B(B', 'lqk'],
		['an escape at the end', 'abc\u001B', 'abc'],
		['an unterminated title hides nothing', 'a\u001B]0;still here', 'a0;still here'],
		['an escape before text keeps the text', '\u001Bé', 'é'],
		['a title that another sequence cuts short', '\u001B]0;x\u001B[31mred', 'red'],
		['bell, backspace, null, delete', 'a\u0007b\bc\0d\u007Fe', 'abcde'],
		['bidirectional overrides', 'access\u202Egnp.exe\u2066x\u2069\u200F', 'accessgnp.exex'],
		['what takes no room', 'ro\u200Bot\uFEFF \u2060pass\u200Cword\u200D=\u00AD1', 'root password=1'],
		['tags and variants', 'a\u{E0041}\u{E007F}b\uFE01c\u{E0100}', 'abc'],
		['joiners of scripts', 'می\u200Cخواهم क\u094D\u200Dष', 'می\u200Cخواهم क\u094D\u200Dष'],
		['line separators', 'a\u2028b\u2029c', 'a b c'],
		['a progress display', ' 10%\r 50%\r100%', '100%'],
		['a DOS line end', 'status: ok\r', 'status: ok'],
		['nothing but carriage returns', '\r\r', ''],
		['tabs', 'a\tbc\t|', 'a       bc      |'],
		['tabs after wide characters', '日本\t|', '日本    |'],
		['half a surrogate pair', 'a\uD800b', 'a\uFFFDb'],
		['text of any language', 'żółć 日本語 😀 👩‍👩‍👧 — “ok”', 'żółć 日本語 😀 👩‍👩‍👧 — “ok”'],
	])('%s', (_, raw, plain) => {
		expect(sanitizeLine(raw)).toBe(plain)
	})
})

const nasty = fc.string({
	unit: fc.oneof(
		{
			weight: 3,
			arbitrary: fc.constantFrom(
				'\u001B',
				'[',
				']',
				'P',
				'\\',
				'\u0007',
				';',
				'3',
				'm',
				'\r',
				'\t',
				'\u009B',
				'\u009C',
				'\u009D',
			),
		},
		{ weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
		{
			weight: 1,
			arbitrary: fc.constantFrom(
				'\u202E',
				'\u2066',
				'\u200E',
				'\u200B',
				'\u200D',
				'\uDB40',
				'\uDC41',
				'\u061C',
				'\u2028',
				'\uD800',
				'\0',
				'\u007F',
			),
		},
	),
	maxLength: 200,
})
/** None of these may be left. */
const hiddenOnes = String.raw`\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0D\uFEFF\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}`
const forbidden = new RegExp(`[${hiddenOnes}]`, 'u')
/** Kept where letters and emoji need them. */
const joiners = /[\u200C\u200D]/

describe('any text', () => {
	test('has no control characters afterwards, and a second time changes nothing', () => {
		fc.assert(
			fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), (raw) => {
				const once = sanitizeText(raw)
				expect(once).not.toMatch(forbidden)
				expect(once.isWellFormed()).toBe(true)
				expect(sanitizeText(once)).toBe(once)
				expect(once.split('\n')).toHaveLength(raw.split('\n').length)
			}),
			{ numRuns: runs(2_000) },
		)
	})

	test('a joiner behind a mark that is taken out joins nothing', () => {
		for (const mark of ['\u061C', '\u180E', '\u{E0001}', '\u{1D173}']) expect(sanitizeText(`${mark}\u200D`)).toBe('')
	})

	test('is left as it is when it is printable', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				fc.pre(!forbidden.test(text) && !joiners.test(text))
				expect(sanitizeText(text)).toBe(text)
			}),
			{ numRuns: runs(1_000) },
		)
	})

	test('printable words between escape sequences are all still there', () => {
		const word = fc.stringMatching(/^[a-z ]{1,8}$/)
		const sequence = fc.constantFrom(
			'\u001B[31m',
			'\u001B[0;1;2;3H',
			'\u001B]0;t\u0007',
			'\u001BPx\u001B\\',
			'\u001B(B',
			'\u009B1m',
		)
		fc.assert(
			fc.property(fc.array(fc.tuple(word, sequence)), (parts) => {
				expect(sanitizeLine(parts.flat().join(''))).toBe(parts.map(([text]) => text).join(''))
			}),
		)
	})

	test.each<[string, string]>([
		['unterminated titles', '\u001B]0;x'],
		['C1 titles', '\u009D'],
		['escapes', '\u001B'],
		['control sequences', '\u001B[1;'],
		['carriage returns', 'x\r'],
		['tabs', 'x\t'],
		['unterminated strings after text', 'a\u0090'],
	])('costs time in proportion to its length: %s', (_, unit) => {
		// Ten times as long; quadratic would be a hundred times.
		expect(growth(sanitizeLine, unit.repeat(20_000), unit.repeat(200_000))).toBeLessThan(40)
	})
})

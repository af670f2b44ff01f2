import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTemplate, renderCommand, renderText, withPlaceholders } from '../../src/flow/templates.ts'
import { runs } from '../support/property.ts'
import { scopeWith, smallEvaluator } from './evaluators.ts'

const evaluator = smallEvaluator()

function command(template: string, word: string, via: readonly string[] = []) {
	return renderCommand(template, scopeWith({ response: { via, status: 502 } }, { word }), evaluator)
}

/** What a real shell makes of a command's words. */
function wordsOf(text: string): readonly string[] {
	const printed = execFileSync('sh', ['-c', text], { encoding: 'utf8', maxBuffer: 10_000_000 })
	return printed.split('\0').slice(0, -1)
}

const nasty = fc.oneof(
	fc.string({ unit: 'grapheme', maxLength: 30 }),
	fc.string({ unit: 'binary', maxLength: 30 }),
	fc
		.array(
			fc.constantFrom(
				"'",
				'"',
				'\\',
				'$(id)',
				'`id`',
				'$HOME',
				';',
				'&',
				'|',
				'>',
				'*',
				'~',
				'!',
				'#',
				' ',
				'\t',
				'\r',
				'\u001b',
				'{{',
				'}}',
				'%s',
				'$',
				'\n',
				'\0',
			),
			{ maxLength: 12 },
		)
		.map((parts) => parts.join('')),
)

const printable = (word: string): boolean => !/[\0\n]/.test(word) && word.isWellFormed()

describe('renderCommand', () => {
	test('makes every value one word of a real shell, or refuses it', () => {
		fc.assert(
			fc.property(nasty, (word) => {
				const rendered = command("printf '%s\\0' -- {{inputs.word}} end{{inputs.word}}", word)
				expect(rendered.ok).toBe(printable(word))
				if (rendered.ok) expect(wordsOf(rendered.text)).toEqual(['--', word, `end${word}`].slice(0, 3))
			}),
			{ numRuns: runs(200) },
		)
	})

	test('makes every element of a list a word', () => {
		fc.assert(
			fc.property(fc.array(nasty, { maxLength: 5 }), (via) => {
				const rendered = command("printf '%s\\0' -- {{response.via}}", '', via)
				expect(rendered.ok).toBe(via.length > 0 && via.every(printable))
				if (rendered.ok) expect(wordsOf(rendered.text)).toEqual(['--', ...via])
			}),
			{ numRuns: runs(100) },
		)
	})

	test.each(['one\ntwo', 'one\0two', '\ud800'])('refuses %j', (word) => {
		expect(command('echo {{inputs.word}}', word)).toMatchObject({ ok: false, missing: [] })
	})

	test('refuses a word that would be an option, unless options have ended', () => {
		expect(command('cat {{inputs.word}}', '-rf')).toEqual({
			ok: false,
			reason: 'inputs.word begins with a dash and would be an option',
			missing: [],
		})
		expect(command('cat -- {{inputs.word}}', '-rf')).toEqual({ ok: true, text: 'cat -- -rf' })
		expect(command('cat -- a; cat {{inputs.word}}', '-rf').ok).toBe(false)
		for (const word of ['x -- y', "x' -- y", 'x; -- y'])
			expect(command('cat {{inputs.word}} {{response.via}}', word, ['-rf']).ok).toBe(false)
		expect(command('cat -- {{inputs.word}} {{response.via}}', 'x; y', ['-rf']).ok).toBe(true)
		expect(command('cat --file={{inputs.word}}', '-rf')).toEqual({ ok: true, text: 'cat --file=-rf' })
	})

	test('says which facts it lacks', () => {
		expect(renderCommand('ls {{service.listens}}', scopeWith(), evaluator)).toEqual({
			ok: false,
			reason: 'service.listens was not told',
			missing: ['service.listens'],
		})
	})

	test('refuses an empty list, which would change what the command does', () => {
		expect(command('cat {{response.via}}', '')).toEqual({ ok: false, reason: 'response.via is empty', missing: [] })
	})

	test('writes numbers and truth as text', () => {
		expect(command('echo {{response.status}} {{response.status == 502}}', '')).toEqual({
			ok: true,
			text: "echo '502' true",
		})
	})

	test('leaves escaped braces to the command', () => {
		expect(command("podman inspect -f '\\{{.State}}' {{inputs.word}}", 'web')).toEqual({
			ok: true,
			text: "podman inspect -f '{{.State}}' web",
		})
	})
})

describe('parseTemplate', () => {
	test('finds the end of an expression outside of its quotes', () => {
		const template = 'a {{ inputs.word + "}}" }} b'
		expect(parseTemplate(template)).toEqual({
			ok: true,
			parts: [
				{ kind: 'text', text: 'a ' },
				{ kind: 'value', cel: 'inputs.word + "}}"', start: 5, end: 23 },
				{ kind: 'text', text: ' b' },
			],
		})
	})

	test.each([
		['a {{inputs.word', 2, 4],
		['a {{ }} b', 2, 7],
		['{{ "a }}', 0, 2],
	])('refuses %j', (template, start, end) => {
		expect(parseTemplate(template)).toMatchObject({ ok: false, start, end })
	})

	test('loses no character of any text', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom('{', '}', '\\', 'a', '"', ' '), maxLength: 30 }), (template) => {
				const parsed = parseTemplate(template)
				if (!parsed.ok) return
				for (const part of parsed.parts) {
					if (part.kind === 'value') expect(template.slice(part.start, part.end)).toBe(part.cel)
				}
				if (!template.includes('{{'))
					expect(parsed.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')).toBe(template)
			}),
		)
	})
})

describe('renderText', () => {
	const text = (template: string, word: string): string | undefined =>
		renderText(template, scopeWith({ response: { via: ['a', 'b'] } }, { word }), evaluator)

	test('puts values in, lists with commas', () => {
		expect(text('on {{host}}: {{inputs.word}} by {{response.via}}.', "it's")).toBe("on web-1: it's by a, b.")
	})

	test('removes control and invisible characters of values', () => {
		expect(text('<{{inputs.word}}>', 'a\u001b[31mb\u0007\nc\u202ed\u0085e')).toBe('<a[31mb cde>')
	})

	test('gives nothing where an expression has no value, since half a sentence says something else', () => {
		expect(text('{{response.status}} and {{inputs.word}}', 'x')).toBeUndefined()
		expect(text('{{first(response.status, 0)}} and {{inputs.word}}', 'x')).toBe('0 and x')
		expect(text('broken {{inputs.word', 'x')).toBeUndefined()
	})
})

test.each([
	["{{first(conf.errorLog, '/var/log/nginx/error.log')}}", '<conf.errorLog>'],
	["{{'import ' + gunicorn.module}}", 'import <gunicorn.module>'],
	['{{listens.join(", ")}}', '<listens>'],
	['{{string(response.status)}}', '<response.status>'],
	['{{response.status + 1}}', '<response.status + 1>'],
	['{{(}}', '<(>'],
])('withPlaceholders shows %s as %s', (template, shown) => {
	expect(withPlaceholders(template)).toBe(shown)
})

test('withPlaceholders shows a reader what to put in', () => {
	expect(withPlaceholders('systemctl status {{ inputs.unit }} # {{response.via[0]}} \\{{x}}')).toBe(
		'systemctl status <unit> # <response.via[0]> {{x}}',
	)
})

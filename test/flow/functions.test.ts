import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scopeWith, smallEvaluator } from './evaluators.ts'

const evaluator = smallEvaluator()

function give(cel: string, word = '') {
	const value = evaluator.value(cel, scopeWith({}, { word }))
	return value.ok ? value.value : value.reason
}

test.each([
	['urlPath(inputs.word)', 'https://example.com:8443/a/b?c=d#e', '/a/b?c=d'],
	['urlPath(inputs.word)', 'http://example.com', '/'],
	['urlPath(inputs.word)', 'example', '"example" is not a URL'],
	['socketPath(inputs.word)', 'http://unix:/var/run/app.sock:/', '/run/app.sock'],
	['socketPath(inputs.word)', '127.0.0.1:8000', '"127.0.0.1:8000" names no unix socket'],
	['isSocketPath(inputs.word)', 'unix:/run/app.sock', true],
	['isSocketPath(inputs.word)', '127.0.0.1:8000', false],
	['isSocketPath(inputs.word)', '$upstream', '"$upstream" names no address or socket'],
	['ambiguousLocalhost(inputs.word)', 'http://localhost:8000', true],
	['ambiguousLocalhost(inputs.word)', '127.0.0.1:8000', false],
	['reaches("127.0.0.1:8000", inputs.word)', '0.0.0.0:8000', true],
	['reaches("127.0.0.1:8000", inputs.word)', '127.0.0.1:8001', false],
])('%s of %s is %s', (cel, word, expected) => {
	expect(give(cel, word)).toBe(expected)
})

test('dirname and basename give what the commands give', () => {
	const paths = fc.string({ unit: fc.constantFrom('/', '/', 'a', 'b', '.', ' '), minLength: 1, maxLength: 10 })
	fc.assert(
		fc.property(fc.array(paths, { minLength: 20, maxLength: 20 }), (many) => {
			for (const name of ['dirname', 'basename']) {
				const args = name === 'basename' ? ['-a', '-z', '--', ...many] : ['-z', '--', ...many]
				const told = execFileSync(name, args, { encoding: 'utf8' }).split('\0').slice(0, -1)
				expect(many.map((path) => give(`${name}(inputs.word)`, path))).toEqual(told)
			}
		}),
		{ numRuns: 20 },
	)
})

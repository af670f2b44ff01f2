import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { functions } from '../../src/subjects/catalogue.ts'
import { scopeWith, smallEvaluator } from '../flow/evaluators.ts'

const evaluator = smallEvaluator({}, functions)

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
	['sameUnit("shop.service", inputs.word)', 'shop', true],
	['sameUnit("shop", inputs.word)', 'shop.service', true],
	['sameUnit("shop.service", inputs.word)', 'shop.socket', false],
	['sameUnit("shop@a", inputs.word)', 'shop@b', false],
	['reaches("127.0.0.1:8000", inputs.word)', '0.0.0.0:8000', true],
	['reaches("127.0.0.1:8000", inputs.word)', '127.0.0.1:8001', false],
])('%s of %s is %s', (cel, word, expected) => {
	expect(give(cel, word)).toBe(expected)
})

test.each([
	['proxy_pass http://127.0.0.1:8001', '0.0.0.0:8000', 'proxy_pass http://127.0.0.1:8000'],
	['proxy_pass http://localhost:8000', '*:8000', 'proxy_pass http://127.0.0.1:8000'],
	['proxy_pass http://127.0.0.1:8001/api/', 'unix:/run/g.sock', 'proxy_pass http://unix:/run/g.sock:/api/'],
	['proxy_pass http://unix:/run/a.sock:/x/', '[::]:8000', 'proxy_pass http://[::1]:8000/x/'],
	['proxy_pass http://unix:/run/a.sock', '/run/b.sock', 'proxy_pass http://unix:/run/b.sock'],
	['proxy_pass http://[::1]:8000/a:/b', '10.0.0.5:5000', 'proxy_pass http://10.0.0.5:5000/a:/b'],
	['server unix:/run/a.sock', '127.0.0.1:8000', 'server 127.0.0.1:8000'],
	['uwsgi_pass 127.0.0.1:3031', 'unix:/run/g.sock', 'uwsgi_pass unix:/run/g.sock'],
	['server 127.0.0.1:8000', '$bind', '"$bind" names no address or socket'],
])('%s, where %s listens: %s', (directive, bind, expected) => {
	expect(give(`repointed("${directive}", inputs.word)`, bind)).toBe(expected)
})

describe('sedWords', () => {
	const sed = (before: string, after: string, text: string) => {
		const script = evaluator.value('sedWords(inputs.word, inputs.host)', scopeWith({}, { word: before, host: after }))
		if (!script.ok) throw new Error(script.reason)
		return execFileSync('sed', [String(script.value)], { input: text, encoding: 'utf8' })
	}

	test('a longer word is another word', () => {
		const site =
			'\tproxy_pass  http://127.0.0.1:80;\n\tproxy_pass http://127.0.0.1:8000;\n\tproxy_pass http://127x0.0.1:80;\n'
		expect(sed('proxy_pass http://127.0.0.1:80', 'proxy_pass http://127.0.0.1:8000', site)).toBe(
			'\tproxy_pass http://127.0.0.1:8000;\n\tproxy_pass http://127.0.0.1:8000;\n\tproxy_pass http://127x0.0.1:80;\n',
		)
		expect(sed('server a:1', 'server b:2', 'server a:1 weight=3;\nlisten a:1;\nserver a:1\n')).toBe(
			'server b:2 weight=3;\nlisten a:1;\nserver b:2\n',
		)
	})

	test('what is special to sed is not', () => {
		const words = fc.string({ unit: fc.constantFrom(...'ab.*[]^$\\/,&|{}1'), minLength: 1, maxLength: 12 })
		fc.assert(
			fc.property(words, words, (before, after) => {
				expect(sed(before, after, `${before};\n`)).toBe(`${after};\n`)
			}),
			{ numRuns: 50 },
		)
	})
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

import { describe, expect, test } from 'vitest'
import { parseFault } from '../../src/lab/fault.ts'

const HEADER = `# title: the service was stopped
# symptom: The site answers 502
# cause: service-stopped
# covers: C1 G2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
systemctl stop gunicorn
# url: a comment of the script, not of its header
`

describe("a fault's header", () => {
	test('is read', () => {
		expect(parseFault('stopped', HEADER)).toEqual({
			name: 'stopped',
			title: 'the service was stopped',
			symptom: 'The site answers 502',
			causes: ['service-stopped'],
			covers: ['C1', 'G2'],
			variants: ['unix', 'tcp'],
			difficulty: 'easy',
			url: 'http://127.0.0.1/',
			inputs: {},
			expect: ['502'],
			fewest: 2,
			script: HEADER,
		})
	})

	test('may name several causes, in the order in which they are found', () => {
		const two = HEADER.replace('# covers', '# cause: upstream-mismatch\n# covers')
		expect(parseFault('two', two).causes).toEqual(['service-stopped', 'upstream-mismatch'])
	})

	test('may set inputs of the flow; a value may have an equals sign', () => {
		const set = `# url: http://127.0.0.1/x\n# input: unit=shop\n# input: query=a=b\n${HEADER}`
		expect(parseFault('set', set)).toMatchObject({
			url: 'http://127.0.0.1/x',
			inputs: { unit: 'shop', query: 'a=b' },
		})
	})

	test.each([
		['a cause that is no id', '# cause: Gremlins!', /'# cause: Gremlins!' does not look like one/],
		['an unknown field', '# colour: red', /'# colour:' is not a field/],
		['a title that stands twice', '# title: again', /'# title:' stands twice/],
		['an answer that curl cannot show', '# expect: bad', /'# expect: bad' does not look like one/],
		['an input without a value', '# input: unit', /'# input: unit' does not look like one/],
	])('is refused with %s', (_, line, message) => {
		expect(() => parseFault('odd', `${line}\n${HEADER}`)).toThrow(message)
	})

	test('may say what a repair takes, line by line', () => {
		const taught = HEADER.replace('# fewest', '# healthy: cd etc\n# healthy: rm hosts\n# repair: reboot\n# fewest')
		expect(parseFault('taught', taught)).toMatchObject({ healthy: 'cd etc\nrm hosts', repair: 'reboot' })
	})

	test.each(['title', 'symptom', 'cause', 'variants', 'difficulty', 'expect', 'fewest'])(
		'is refused without %s',
		(field) => {
			const without = HEADER.replace(new RegExp(`^# ${field}:.*\n`, 'm'), '')
			expect(() => parseFault('odd', without)).toThrow(`'# ${field}:' is missing`)
		},
	)
})

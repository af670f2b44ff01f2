import { describe, expect, it } from 'vitest'
import { CAUSE_IDS, listFaults, parseFault } from './faults.ts'

const HEADER = `# title: the service was stopped
# symptom: The site answers 502
# cause: service-stopped
# covers: C1 G2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
systemctl stop gunicorn
`

describe('the faults', () => {
	const faults = listFaults()

	it('show every cause at least once', () => {
		const shown = new Set<string>(faults.flatMap((fault) => fault.causes))
		expect(CAUSE_IDS.filter((id) => !shown.has(id))).toEqual([])
	})

	it('do not give the cause away in the symptom', () => {
		for (const fault of faults) expect(fault.symptom).not.toBe(fault.title)
	})
})

describe("a fault's header", () => {
	it('is read', () => {
		expect(parseFault('stopped', HEADER)).toMatchObject({
			name: 'stopped',
			causes: ['service-stopped'],
			covers: ['C1', 'G2'],
			variants: ['unix', 'tcp'],
			unit: 'gunicorn',
			url: 'http://127.0.0.1/',
			expect: ['502'],
			fewest: 2,
		})
	})

	it('may name several causes, in the order in which they are found', () => {
		const two = HEADER.replace('# covers', '# cause: upstream-mismatch\n# covers')
		expect(parseFault('two', two).causes).toEqual(['service-stopped', 'upstream-mismatch'])
	})

	it.each([
		['an unknown cause', '# cause: gremlins', /'# cause: gremlins' is not one of/],
		['an unknown field', '# colour: red', /'# colour:' is not a field/],
		['a title that stands twice', '# title: again', /'# title:' stands twice/],
		['an answer that curl cannot show', '# expect: bad', /'# expect: bad' does not look like one/],
	])('is refused with %s', (_, line, message) => {
		expect(() => parseFault('odd', `${line}\n${HEADER}`)).toThrow(message)
	})

	it('may say what a repair takes, line by line', () => {
		const taught = HEADER.replace('# fewest', '# healthy: cd etc\n# healthy: rm hosts\n# repair: reboot\n# fewest')
		expect(parseFault('taught', taught)).toMatchObject({ healthy: 'cd etc\nrm hosts', repair: 'reboot' })
	})

	it.each(['title', 'symptom', 'cause', 'covers', 'variants', 'difficulty', 'expect', 'fewest'])(
		'is refused without %s',
		(field) => {
			const without = HEADER.replace(new RegExp(`^# ${field}:.*\n`, 'm'), '')
			expect(() => parseFault('odd', without)).toThrow(`'# ${field}:' is missing`)
		},
	)
})

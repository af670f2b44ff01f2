import { describe, expect, test } from 'vitest'
import { leftoversOf, practiceHostName } from '../../../src/app/practice/leftovers.ts'
import { processStart } from '../../../src/journal/lock.ts'

describe('hosts that were left behind', () => {
	const started = processStart(process.pid) ?? ''
	const own = practiceHostName(process.pid, started)

	test('a process has a start', () => {
		expect(started).toMatch(/^\d+$/)
		expect(processStart(2 ** 22 + 1)).toBeUndefined()
	})

	test.each<[string, string, readonly string[]]>([
		['of a running session', own, []],
		['of a process that is gone', practiceHostName(2 ** 22 + 1, '1'), [practiceHostName(2 ** 22 + 1, '1')]],
		[
			'of a process whose number another one has now',
			practiceHostName(process.pid, '1'),
			[practiceHostName(process.pid, '1')],
		],
		["of the lab's own tests", 'lab-2871-1', []],
		['with a name that only looks like it', 'runtree-practice-mine', []],
	])('%s', (_, name, leftovers) => {
		expect(leftoversOf([name], processStart)).toEqual(leftovers)
	})
})

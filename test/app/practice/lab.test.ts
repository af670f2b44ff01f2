import { describe, expect, test } from 'vitest'
import { chooseFault, containerName, type Fault, leftoversOf, processStart } from '../../../src/app/practice/lab.ts'

const fault = (name: string): Fault => ({
	name,
	symptom: 'It fails',
	causes: ['service-stopped'],
	variants: ['unix'],
	difficulty: 'easy',
	url: 'http://127.0.0.1/',
})

describe('hosts that were left behind', () => {
	const started = processStart(process.pid) ?? ''
	const own = containerName(process.pid, started)

	test('a process has a start', () => {
		expect(started).toMatch(/^\d+$/)
		expect(processStart(2 ** 22 + 1)).toBeUndefined()
	})

	test.each<[string, string, readonly string[]]>([
		['of a running session', own, []],
		['of a process that is gone', containerName(2 ** 22 + 1, '1'), [containerName(2 ** 22 + 1, '1')]],
		[
			'of a process whose number another one has now',
			containerName(process.pid, '1'),
			[containerName(process.pid, '1')],
		],
		["of the lab's own tests", 'lab-2871-1', []],
		['with a name that only looks like it', 'runtree-practice-mine', []],
	])('%s', (_, name, leftovers) => {
		expect(leftoversOf([name], processStart)).toEqual(leftovers)
	})
})

describe('the fault', () => {
	const faults = [fault('unit-stopped'), fault('socket-denied')]

	test('is the named one, or any', () => {
		expect(chooseFault(faults, 'socket-denied', () => 0).name).toBe('socket-denied')
		expect(chooseFault(faults, undefined, () => 0.99).name).toBe('socket-denied')
	})

	test('that does not exist is one sentence with the nearest', () => {
		expect(() => chooseFault(faults, 'unit-stoped', () => 0)).toThrow(
			'The lab has no fault "unit-stoped"; did you mean unit-stopped?',
		)
		expect(() => chooseFault(faults, 'zzz', () => 0)).toThrow('`runtree practice --live` takes any one')
	})
})

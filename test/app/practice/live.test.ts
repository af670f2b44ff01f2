import { describe, expect, test } from 'vitest'
import { chooseFault } from '../../../src/app/practice/live.ts'
import { type Fault, parseFault } from '../../../src/lab/fault.ts'

const fault = (name: string): Fault =>
	parseFault(
		name,
		'# title: it was stopped\n# symptom: It fails\n# cause: service-stopped\n# variants: unix\n# difficulty: easy\n# expect: 502\n# fewest: 2\n',
	)

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

import { describe, expect, it } from 'vitest'
import { epochOf, lineTime } from '../../src/text/log-time.ts'

const NOON = Date.UTC(2026, 10, 21, 12, 0, 0) / 1000

describe('the time of a line', () => {
	it.each([
		['2026-11-21 12:00:00 +0000', NOON],
		['[2026-11-21 12:00:00 +0000] [42] [INFO] x', NOON],
		['2026-11-21T12:00:00.123456Z', NOON],
		['2026-11-21T12:00:00,123+01:00', NOON - 3600],
		['2026-11-21T12:00:00+0530', NOON - 19_800],
		['Sat 2026-11-21 12:00:00 UTC', NOON],
		['2026-11-21 12:00:00 -05', NOON + 18_000],
		// A zone by its name may be several; a date that is none is no time.
		['Sat 2026-11-21 12:00:00 CET', undefined],
		['2026-11-21 12:00:00', undefined],
		['2026-13-41 12:00:00 +0000', undefined],
		['hello', undefined],
	])('%s', (text, epoch) => expect(epochOf(text)).toBe(epoch))

	it('without a zone is placed by the clock of the host', () => {
		const clock = { offset: 3600, near: NOON }
		expect(lineTime('2026-11-21 12:00:00 x', clock)).toBe(NOON - 3600)
		expect(lineTime('2026-11-21T12:00:00+0000 x', clock)).toBe(NOON)
		expect(lineTime('Nov 21 12:00:00 web1 x', clock)).toBe(NOON - 3600)
		expect(lineTime('[Sat Nov 21 12:00:00 2026] x', clock)).toBe(NOON - 3600)
		expect(lineTime('2026-11-21 12:00:00 x', { offset: undefined, near: NOON })).toBeUndefined()
	})
})

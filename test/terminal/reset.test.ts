import { expect, test } from 'vitest'
import { isRaw, RESTORE_SEQUENCE, repairTerminal } from '../../src/terminal/reset.ts'

const sane = 'speed 38400 baud; rows 24; columns 80; line = 0;\nisig icanon iexten echo echoe echok -echonl -noflsh'
const raw = 'speed 38400 baud; rows 24; columns 80; line = 0;\n-isig -icanon -iexten -echo echoe echok -echonl -noflsh'

test('raw mode is no lines, no echo and no signals; a hidden password prompt is not raw', () => {
	expect(isRaw(raw)).toBe(true)
	expect(isRaw(sane)).toBe(false)
	expect(isRaw(sane.replace(' echo ', ' -echo '))).toBe(false)
	expect(isRaw('')).toBe(false)
})

test('a terminal that cannot be asked is not touched', () => {
	const log: string[] = []
	expect(repairTerminal({ stty: () => undefined, write: (text) => log.push(text) })).toBe(false)
	expect(log).toEqual([])
})

test('a raw terminal is made sane, then its screen restored', () => {
	const log: string[] = []
	const repaired = repairTerminal({
		stty: (argument) => {
			log.push(argument)
			return raw
		},
		write: (text) => log.push(text),
	})
	expect(repaired).toBe(true)
	expect(log).toEqual(['-a', 'sane', RESTORE_SEQUENCE])
})

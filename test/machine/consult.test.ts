import { describe, expect, test } from 'vitest'
import { settlingMost } from '../../src/machine/consult.ts'
import type { Standing } from '../../src/machine/types.ts'
import { parse, probe } from '../support/small-flow.ts'

const unit = probe('cat unit', { parse: [parse('unit', 'unit')] })
const log = probe('tail log', { parse: [parse('http', 'log')] })
const other = probe('curl', { parse: [parse('http', 'page')], cost: 2 })

function standing(cause: string, state: Standing['state'], ...missing: string[]): Standing {
	return { cause, state, evidence: [], missing }
}

function chosen(
	standings: readonly Standing[],
	waits: Record<string, readonly string[] | undefined>,
): string | undefined {
	return settlingMost({ unit, log, other }, standings, ({ command }) => waits[command])?.command
}

const ALL_READY = { 'cat unit': [], 'tail log': [], curl: [] }

describe('the probe that settles most for its cost', () => {
	test('is the one whose facts most open causes read, the likely ones above all', () => {
		const open = [standing('a', 'open', 'page.status'), standing('b', 'open', 'page.status', 'log.status')]
		expect(chosen(open, ALL_READY)).toBe('tail log')
		expect(chosen([...open, standing('c', 'likely', 'page.error')], ALL_READY)).toBe('curl')
	})

	test('is what another waits for, where that other would settle more', () => {
		const open = [standing('a', 'likely', 'log.status'), standing('b', 'open', 'page.status')]
		expect(chosen(open, { ...ALL_READY, 'tail log': ['unit.socket'] })).toBe('cat unit')
	})

	test('may be two away from what it leads to, and never goes in a circle', () => {
		const open = [standing('a', 'likely', 'page.status')]
		expect(chosen(open, { 'cat unit': [], 'tail log': ['unit.socket'], curl: ['log.status'] })).toBe('cat unit')
		expect(
			chosen(open, { 'cat unit': ['page.status'], 'tail log': ['unit.socket'], curl: ['log.status'] }),
		).toBeUndefined()
	})

	test('is none where nothing that is open reads a fact of it, or where it is not to be asked', () => {
		expect(chosen([standing('a', 'excluded', 'log.status')], ALL_READY)).toBeUndefined()
		expect(chosen([standing('a', 'open', 'elsewhere.status')], ALL_READY)).toBeUndefined()
		expect(chosen([standing('a', 'open', 'log.status')], { 'cat unit': [], curl: [] })).toBeUndefined()
	})
})

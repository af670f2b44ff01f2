import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { createHandOver } from '../../src/terminal/hand-over.ts'
import { exitCodeOfSignal, onSignals } from '../../src/terminal/signals.ts'

function holder(log: string[]) {
	return {
		suspend: async (use: () => Promise<void>) => {
			log.push('suspend')
			try {
				await use()
			} finally {
				log.push('resume')
			}
		},
		stdin: { pause: () => log.push('pause') },
	}
}

describe('lending the terminal', () => {
	test('releases, pauses, uses, takes back, and gives the value', async () => {
		const log: string[] = []
		const handOver = createHandOver(new EventEmitter())
		handOver.attach(holder(log))
		const value = await handOver.lend(async () => {
			log.push('use')
			return 7
		})
		expect(value).toBe(7)
		expect(log).toEqual(['suspend', 'pause', 'use', 'resume'])
	})

	test('takes the terminal back when the use fails, and may then lend again', async () => {
		const log: string[] = []
		const signals = new EventEmitter()
		const handOver = createHandOver(signals)
		handOver.attach(holder(log))
		await expect(handOver.lend(() => Promise.reject(new Error('no editor')))).rejects.toThrow('no editor')
		expect(log.at(-1)).toBe('resume')
		expect(signals.listenerCount('SIGINT')).toBe(0)
		expect(await handOver.lend(async () => 'again')).toBe('again')
	})

	test('without a front end it just runs, and Ctrl-C is survived only meanwhile', async () => {
		const signals = new EventEmitter()
		const handOver = createHandOver(signals)
		const during = await handOver.lend(async () => ({
			listeners: signals.listenerCount('SIGINT'),
			lent: handOver.lent(),
		}))
		expect(during).toEqual({ listeners: 1, lent: true })
		expect(signals.listenerCount('SIGINT')).toBe(0)
		expect(handOver.lent()).toBe(false)
	})

	test('a second loan at the same time is refused and leaves the first alone', async () => {
		const handOver = createHandOver(new EventEmitter())
		const first = handOver.lend(async () => {
			await expect(handOver.lend(async () => 2)).rejects.toThrow(/lent to another program/)
			return 1
		})
		expect(await first).toBe(1)
	})

	test('a front end that took its terminal away is not asked any more', async () => {
		const log: string[] = []
		const handOver = createHandOver(new EventEmitter())
		handOver.attach(holder(log))()
		await handOver.lend(async () => log.push('use'))
		expect(log).toEqual(['use'])
	})
})

describe('signals', () => {
	test('are routed, and left alone after the undo', () => {
		const source = new EventEmitter()
		const log: string[] = []
		const undo = onSignals({ interrupt: () => log.push('interrupt'), terminate: (signal) => log.push(signal) }, source)
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) source.emit(signal, signal)
		expect(log).toEqual(['interrupt', 'SIGTERM', 'SIGHUP'])
		undo()
		expect(source.eventNames()).toEqual([])
	})

	test('an interrupt while the terminal is lent is the child’s, a request to end is ours', async () => {
		const source = new EventEmitter()
		const handOver = createHandOver(source)
		const log: string[] = []
		onSignals(
			{ interrupt: () => log.push('interrupt'), terminate: (signal) => log.push(signal), lent: handOver.lent },
			source,
		)
		await handOver.lend(async () => {
			source.emit('SIGINT', 'SIGINT')
			source.emit('SIGTERM', 'SIGTERM')
		})
		expect(log).toEqual(['SIGTERM'])
		source.emit('SIGINT', 'SIGINT')
		expect(log).toEqual(['SIGTERM', 'interrupt'])
	})

	test('exit codes are those of a shell', () => {
		expect([exitCodeOfSignal('SIGINT'), exitCodeOfSignal('SIGTERM'), exitCodeOfSignal('SIGHUP')]).toEqual([
			130, 143, 129,
		])
	})
})

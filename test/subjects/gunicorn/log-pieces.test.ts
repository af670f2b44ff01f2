import { describe, expect, test } from 'vitest'
import { gunicornLogParser } from '../../../src/subjects/gunicorn/log.ts'
import { readLogLines } from '../../../src/text/log-line.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { outputOf, recordedHosts } from '../../support/recorded-hosts.ts'
import { factsOf, pasted } from '../recorded-output.ts'

/** Pieces that somebody cut out of a log: nothing in them tells how the service began, or how it ended. */

const hosts = recordedHosts()
const journalOf = (name: string): readonly string[] => {
	const host = hosts.find((one) => one.name === name)
	if (host === undefined) throw new Error(`no recorded host ${name}`)
	return outputOf(host, 'journalctl').trimEnd().split('\n')
}
const read = (lines: readonly string[]): Facts => factsOf(gunicornLogParser, pasted(lines.join('\n')))
/** The lines without what journald puts in front. */
const bare = (lines: readonly string[]): readonly string[] =>
	readLogLines(pasted(lines.join('\n')).lines).map(({ text }) => text)
const lastOf = (lines: readonly string[], pattern: RegExp): number => lines.findLastIndex((line) => pattern.test(line))

describe('the end of a traceback and nothing else', () => {
	const log = journalOf('package-missing.tcp')
	const end = lastOf(log, /ModuleNotFoundError/)

	test.each([1, 2, 3, 6, 12])('its last %i lines', (count) => {
		const piece = log.slice(end + 1 - count, end + 1)
		for (const lines of [piece, bare(piece)]) {
			expect(read(lines)).toMatchObject({ fault: 'exception', exceptionKind: 'module-not-found', module: 'redis' })
		}
	})

	test('below words of the program, which wrote it down and went on: nothing is blamed on it', () => {
		const piece = bare(log.slice(end - 2, end + 1))
		expect(read(['INFO:shop:mail was not sent', 'Traceback (most recent call last):', ...piece]).fault).toBe('none')
	})

	test('of a service that runs: nothing is blamed on it', () => {
		const running = journalOf('healthy-wildcard.tcp').filter((line) => /gunicorn\[\d+\]: \[/.test(line))
		const piece = log.slice(end - 2, end + 1)
		expect(read([...running.slice(-4), ...piece]).fault).toBe('none')
	})

	test('below a function that answers requests: it is of a request', () => {
		const frame = '  File "/srv/venv/lib/python3.11/site-packages/flask/app.py", line 1484, in full_dispatch_request'
		const piece = [frame, '    rv = self.dispatch_request()', 'ValueError: no such order']
		expect(read(piece)).toMatchObject({ fault: 'request', duringRequest: true, exceptionAt: 'request' })
	})
})

describe('a module that was asked for by its name', () => {
	const log = journalOf('module-path-wrong.tcp')
	const end = lastOf(log, /ModuleNotFoundError/)

	test('below Gunicorn’s own frame it is the one that Gunicorn loads', () => {
		const from = lastOf(log.slice(0, end), /in import_app/)
		expect(read(log.slice(from, end + 1)).moduleRole).toBe('entry')
	})

	test('whose it is, the last frames alone do not tell', () => {
		expect(read(log.slice(end - 1, end + 1))).not.toHaveProperty('moduleRole')
	})
})

test('records of which a part was left out', () => {
	const log = bare(journalOf('worker-timeout.tcp'))
	const line = log[lastOf(log, /WORKER TIMEOUT/)] ?? ''
	for (const beginning of [/^\[.*?\] /, /^\[.*?\] \[\d+\] /, /^.*\] /]) {
		const piece = line.replace(beginning, '')
		expect(read([piece]), piece).toMatchObject({ fault: 'timeout', workerTimeouts: 1 })
	}
	const inUse = bare(journalOf('port-in-use.tcp')).filter((text) => text.includes('Connection in use'))
	expect(read(inUse.map((text) => text.replace(/^\[.*?\] \[\d+\] /, '')))).toMatchObject({
		error: 'in-use',
		address: '127.0.0.1:8000',
	})
})

test('a reason that stands in an exception of Gunicorn’s own', () => {
	expect(read(["gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>"])).toMatchObject({
		reason: 'worker-boot',
	})
})

test('a host that Django refuses', () => {
	const line = "[shop] ERROR (EXTERNAL IP): Invalid HTTP_HOST header: '/run/shop.sock:'. You may need to add it."
	expect(read([line])).toMatchObject({ fault: 'request', exceptionKind: 'host-refused', requestErrors: 1 })
})

describe('workers that are gone without a word', () => {
	const boot = (second: number, pid: number): string =>
		`[2026-11-21 09:00:${String(second).padStart(2, '0')} +0000] [${pid}] [INFO] Booting worker with pid: ${pid}`
	const start = [
		'[2026-11-21 09:00:01 +0000] [9] [INFO] Listening at: http://127.0.0.1:8000 (9)',
		boot(1, 11),
		boot(1, 12),
	]

	test('are counted', () => {
		expect(read([...start, boot(7, 13), boot(9, 14)]).vanished).toBe(2)
	})
	test.each([
		['it says that it ends', '[2026-11-21 09:00:06 +0000] [11] [INFO] Worker exiting (pid: 11)'],
		['it timed out', '[2026-11-21 09:00:06 +0000] [9] [CRITICAL] WORKER TIMEOUT (pid:11)'],
		[
			'a signal ended it',
			'[2026-11-21 09:00:06 +0000] [9] [WARNING] Worker with pid 11 was terminated due to signal 9',
		],
		['somebody asked for a new one', '[2026-11-21 09:00:06 +0000] [9] [INFO] Handling signal: ttin'],
	])('not when %s', (_, line) => {
		expect(read([...start, line, boot(7, 13)]).vanished).toBe(0)
	})
	test('not in any log of a host that was recorded healthy', () => {
		const healthy = hosts.filter(({ fault }) => fault.startsWith('healthy'))
		expect(healthy.length).toBeGreaterThan(5)
		for (const host of healthy) expect(read(journalOf(host.name)).vanished ?? 0, host.name).toBe(0)
	})
})

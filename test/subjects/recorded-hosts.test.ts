import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gunicornCommandParser } from '../../src/subjects/gunicorn/command.ts'
import { FAILURES } from '../../src/subjects/gunicorn/failure.ts'
import { gunicornJournalParser } from '../../src/subjects/gunicorn/journal.ts'
import { processesParser } from '../../src/subjects/linux/processes.ts'
import { systemctlShowParser } from '../../src/subjects/systemd/systemctl-show.ts'
import { systemctlStatusParser } from '../../src/subjects/systemd/systemctl-status.ts'
import type { Facts, Parser } from '../../src/text/parser.ts'
import { factsOf, pasted } from './recorded-output.ts'

const folder = join(import.meta.dirname, '../fixtures/recorded')
const hosts = existsSync(folder)
	? readdirSync(folder).filter((host) => existsSync(join(folder, host, 'journalctl.txt')))
	: []
const read = (parser: Parser, host: string, file: string): Facts =>
	factsOf(parser, pasted(readFileSync(join(folder, host, `${file}.txt`), 'utf8')))
const causesOf = (host: string): readonly string[] =>
	JSON.parse(readFileSync(join(folder, host, 'index.json'), 'utf8')).causes

/** Causes that another output than the log decides; what the log says of them is no contradiction. */
const SEEN_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
	// Gunicorn ended with success, or somebody else holds its place.
	'gunicorn-daemonised': ['service-stopped'],
	'hand-started-holds-port': ['port-in-use'],
	'unit-not-reloaded': ['gunicorn-path-wrong', 'unexplained'],
	'asgi-application': ['asgi-app'],
	// An answer that the application gives on purpose is not logged.
	'app-unavailable': ['none'],
}

describe.runIf(hosts.length > 0)('the log of a host that was broken on purpose', () => {
	const told = hosts.filter((host) => causesOf(host).some((cause) => (FAILURES as readonly string[]).includes(cause)))
	it.each(told)('%s', (host) => {
		const facts = read(gunicornJournalParser, host, 'journalctl')
		const name = host.slice(0, host.lastIndexOf('.'))
		const accepted: unknown[] = [...causesOf(host), ...(SEEN_ELSEWHERE[name] ?? [])]
		// The journal loses lines of a process that is gone at once. Then it is told that it could not be run, not why.
		if (facts.execFailed === true) accepted.push('unexplained')
		expect(accepted).toContain(facts.failure)
	})

	it.each(hosts.filter((host) => host.startsWith('healthy')))('%s is ready', (host) => {
		expect(read(gunicornJournalParser, host, 'journalctl')).toMatchObject({ failure: 'none', ready: true })
	})

	it.each(hosts)('%s: all outputs tell the same state', (host) => {
		const shown = read(systemctlShowParser, host, 'systemctl-show')
		const status = read(systemctlStatusParser, host, 'systemctl-status')
		for (const fact of ['active', 'failed', 'restarting', 'needReload', 'masked', 'notFound']) {
			if (status[fact] !== undefined) expect([fact, status[fact]]).toEqual([fact, shown[fact]])
		}
		const journal = read(gunicornJournalParser, host, 'journalctl')
		const iso = read(gunicornJournalParser, host, 'journalctl-iso')
		for (const fact of ['failure', 'ready', 'variable', 'module', 'listening'])
			expect([fact, iso[fact]]).toEqual([fact, journal[fact]])
		if (journal.ready === true) expect(read(processesParser, host, 'ps-aux').gunicorn).toBeGreaterThan(0)
		const command = read(gunicornCommandParser, host, 'systemctl-cat')
		if (command.bindCertain === true && shown.needReload === false && typeof journal.listening === 'string')
			expect(journal.listening).toBe(command.bind)
	})
})

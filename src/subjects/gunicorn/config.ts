import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, list, type OutputLine, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { of, setSettings } from '../../text/setting.ts'
import { type Literal, readLiteral, readStatements } from '../python/index.ts'
import { withPort } from './binds.ts'

const HEARSAY = { hearsay: true } as const

const FACTS = {
	exists: bool('There is such a file.'),
	binds: list('The addresses that it binds, with the port.', HEARSAY),
	bind: string('The first of these.', HEARSAY),
	dynamic: bool('The address is computed, so that it cannot be told from the file.', HEARSAY),
	timeout: of('timeout', int('Seconds after which a worker that does not answer is ended.', HEARSAY)),
	timeoutDynamic: bool('The timeout is computed; told only where the file sets it.', HEARSAY),
	umask: of('umask', string('The umask.', HEARSAY), inOctal),
	workerClass: of('worker_class', string('The worker class.', HEARSAY)),
	workers: of('workers', int('How many workers are started.', HEARSAY)),
	threads: of('threads', int('How many threads a worker has.', HEARSAY)),
	maxRequests: of('max_requests', int('After how many requests a worker ends.', HEARSAY)),
	user: of('user', string('The user that workers run as.', HEARSAY)),
	group: of('group', string('The group that workers run as.', HEARSAY)),
	chdir: of('chdir', string('The folder that it changes to.', HEARSAY)),
	errorLog: of('errorlog', string('Where its own log is written.', HEARSAY)),
	accessLog: of('accesslog', string('Where its access log is written.', HEARSAY)),
	pidFile: of('pidfile', string('Where its process id is written.', HEARSAY)),
	preload: of('preload_app', bool('The application is loaded before workers are started.', HEARSAY)),
} as const satisfies FactSchema

function inOctal(umask: string): string {
	return /^(?:0|[1-9]\d{0,9})$/.test(umask) ? `0${Number(umask).toString(8)}` : umask
}

/** What the file assigns to a name; without a value where that is computed, or where the assignment may not count. */
interface Setting {
	readonly value: Literal | undefined
	readonly line: number
}

const readSettings = (lines: readonly OutputLine[]): ReadonlyMap<string, Setting> => {
	const settings = new Map<string, Setting>()
	for (const { text, line, indented } of readStatements(lines)) {
		const match = /^([a-z_]{1,60})\s{0,40}(?::\s{0,10}[\w[\], .]{1,60})?=(?!=)/.exec(text)
		const name = match?.[1] ?? /^([a-z_]{1,60})(?:\s{0,10}\+=|\.(?:append|extend|insert)\()/.exec(text)?.[1]
		if (name === undefined) continue
		// What is assigned under a condition may or may not count.
		const value = match === null || indented ? undefined : readLiteral(text.slice(match[0].length))
		settings.set(name, { value, line })
	}
	return settings
}

const setBinds = (sheet: FactSheet, bind: Setting | undefined): void => {
	if (bind === undefined) {
		sheet.set('dynamic', false)
		return
	}
	const { value, line } = bind
	const binds =
		typeof value === 'string' ? value.split(',').map((part) => part.trim()) : Array.isArray(value) ? value : undefined
	sheet.set('dynamic', binds === undefined, line)
	sheet.set('binds', binds?.map(withPort), line)
	sheet.set('bind', binds?.[0] === undefined ? undefined : withPort(binds[0]), line)
}

/** A `gunicorn.conf.py`, as far as it is literal. Nothing of it is run. */
export const gunicornConfigParser = plainParser({
	name: 'gunicorn-config',
	summary: "Gunicorn's configuration file, as far as it is literal",
	facts: FACTS,
	read(sheet, lines, input) {
		const missing = lines.find(({ text }) => /: No such file or directory$/.test(text))
		const isAlone = lines.filter(({ text }) => text.trim() !== '').length === 1
		if (missing !== undefined && isAlone && input.exitCode !== 0) {
			sheet.set('exists', false, missing.number)
			return
		}
		if (lines.some(({ text }) => /^\w{2,10}: .{1,1000}: Permission denied$/.test(text))) return
		sheet.set('exists', true)
		const settings = readSettings(lines)
		setBinds(sheet, settings.get('bind'))
		setSettings(sheet, FACTS, (name) => {
			const found = settings.get(name)
			const isScalar = found?.value !== undefined && found.value !== null && typeof found.value !== 'object'
			return isScalar ? { value: String(found.value), line: found.line } : undefined
		})
		const timeout = settings.get('timeout')
		if (timeout !== undefined) sheet.set('timeoutDynamic', timeout.value === undefined, timeout)
	},
})

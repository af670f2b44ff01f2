import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, list, type OutputLine, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { type Literal, readLiteral, readStatements } from '../python/index.ts'
import { withPort } from './binds.ts'

const HEARSAY = { hearsay: true } as const

const FACTS = {
	exists: bool('There is such a file.'),
	binds: list('The addresses that it binds, with the port.', HEARSAY),
	bind: string('The first of these.', HEARSAY),
	dynamic: bool('The address is computed, so that it cannot be told from the file.', HEARSAY),
	timeout: int('Seconds after which a worker that does not answer is ended.', HEARSAY),
	timeoutDynamic: bool('The timeout is computed; told only where the file sets it.', HEARSAY),
	umask: string('The umask.', HEARSAY),
	workerClass: string('The worker class.', HEARSAY),
	workers: int('How many workers are started.', HEARSAY),
	threads: int('How many threads a worker has.', HEARSAY),
	maxRequests: int('After how many requests a worker ends.', HEARSAY),
	workerTmpDir: string('The folder of the files by which workers show that they live.', HEARSAY),
	user: string('The user that workers run as.', HEARSAY),
	group: string('The group that workers run as.', HEARSAY),
	chdir: string('The folder that it changes to.', HEARSAY),
	errorLog: string('Where its own log is written.', HEARSAY),
	accessLog: string('Where its access log is written.', HEARSAY),
	pidFile: string('Where its process id is written.', HEARSAY),
	preload: bool('The application is loaded before workers are started.', HEARSAY),
} as const satisfies FactSchema

const TEXTS = [
	['worker_class', 'workerClass'],
	['user', 'user'],
	['group', 'group'],
	['chdir', 'chdir'],
	['errorlog', 'errorLog'],
	['accesslog', 'accessLog'],
	['pidfile', 'pidFile'],
	['worker_tmp_dir', 'workerTmpDir'],
] as const

const NUMBERS = [
	['workers', 'workers'],
	['threads', 'threads'],
	['timeout', 'timeout'],
	['max_requests', 'maxRequests'],
] as const

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

const setSettings = (sheet: FactSheet, settings: ReadonlyMap<string, Setting>): void => {
	for (const [name, fact] of TEXTS) {
		const found = settings.get(name)
		if (typeof found?.value === 'string') sheet.set(fact, found.value, found.line)
	}
	for (const [name, fact] of NUMBERS) {
		const found = settings.get(name)
		if (typeof found?.value === 'number') sheet.set(fact, found.value, found.line)
	}
	const timeout = settings.get('timeout')
	if (timeout !== undefined) sheet.set('timeoutDynamic', timeout.value === undefined, timeout.line)
	const umask = settings.get('umask')
	if (typeof umask?.value === 'number') sheet.set('umask', `0${umask.value.toString(8)}`, umask.line)
	else if (typeof umask?.value === 'string') sheet.set('umask', umask.value, umask.line)
	const preload = settings.get('preload_app')
	if (typeof preload?.value === 'boolean') sheet.set('preload', preload.value, preload.line)
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
		setSettings(sheet, settings)
	},
})

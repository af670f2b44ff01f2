import { createLineSplitter } from '../../src/target/output-lines.ts'
import type { OutputLine } from '../../src/text/parser.ts'

/** What a terminal, a pager or a file holds, as the lines that a parser is given: by the program's own way in. */
export function printed(text: string): readonly OutputLine[] {
	const splitter = createLineSplitter()
	return [...splitter.push({ stream: 'stdout', text }), ...splitter.end()]
}

/** Something that happens to an output on its way to us, and leaves its meaning. */
export interface Mess {
	readonly name: string
	readonly of: (text: string) => string
	/** Only outputs of these kinds come this way; all, when left out. */
	readonly kinds?: readonly Kind[]
	/** Facts that go by it. */
	readonly lost?: readonly string[]
	/** What stands in the output as `gunicorn` is called otherwise now. */
	readonly unit?: string
}

/** How an output looks, whoever reads it. */
export type Kind = 'journal' | 'file' | 'table' | 'status' | 'other'

const eachLine = (change: (line: string, index: number) => string) => (text: string) => {
	const lines = text.split('\n')
	const ends = lines.at(-1) === ''
	if (ends) lines.pop()
	return lines.map(change).join('\n') + (ends ? '\n' : '')
}

const before = (prefix: string) => eachLine((line) => prefix + line)

/** As a terminal of this width breaks lines, when they are copied out of it. */
const wrappedAt = (width: number): Mess => ({
	name: `copied out of a terminal of ${width} columns`,
	kinds: ['journal', 'file'],
	of: eachLine((line) => line.match(new RegExp(`.{1,${width}}`, 'gu'))?.join('\n') ?? ''),
})

/** The prefix of a syslog line: `Nov 21 09:30:32 web1 systemd[1]: `. */
const SHORT = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d) (\S+) ([^\s[:]+)(\[\d+\])?: /
const journalAs = (
	name: string,
	prefix: (month: string, day: string, time: string, host: string, ident: string, pid: string) => string,
): Mess => ({
	name: `journal as ${name}`,
	kinds: ['journal'],
	of: eachLine((line) =>
		line.replace(SHORT, (_all, month: string, day: string, time: string, host: string, ident: string, pid = '') =>
			prefix(month, day, time, host, ident, pid),
		),
	),
})

export const MESSES: readonly Mess[] = [
	{ name: 'carriage returns', of: (text) => text.replaceAll('\n', '\r\n') },
	{ name: 'blanks at the end of lines', of: eachLine((line) => line.replace(/(?<!\\)(\r?)$/, '   $1')) },
	{ name: 'no newline at the end', of: (text) => text.replace(/\n$/, '') },
	{ name: 'colours around lines', of: eachLine((line) => `\u001B[0;1;39m${line}\u001B[0m`) },
	{
		name: 'colours of grep around words',
		of: (text) => text.replace(/gunicorn|502|failed/g, '\u001B[01;31m\u001B[K$&\u001B[m\u001B[K'),
	},
	{ name: 'quoted in a mail', of: before('> ') },
	{ name: 'quoted in an answer to a mail', of: before('> > ') },
	{ name: 'framed by bars', of: before('| ') },
	{ name: 'framed by a box', of: before('│ ') },
	{ name: 'numbered by grep -n', of: eachLine((line, index) => `${index + 1}:${line}`) },
	{ name: 'numbered by cat -n', of: eachLine((line, index) => `${String(index + 1).padStart(6)}\t${line}`) },
	{ name: 'numbered by less -N', of: eachLine((line, index) => `${String(index + 1).padStart(7)} ${line}`) },
	{
		name: 'a compose log',
		kinds: ['journal', 'file'],
		of: before('web-1  | '),
	},
	{
		name: 'docker logs -t',
		kinds: ['file'],
		of: before('2026-11-21T09:30:39.123456789Z '),
	},
	{
		name: 'a compose log with times',
		kinds: ['file'],
		of: before('web-1  | 2026-11-21T09:30:39.123456789Z '),
	},
	{ name: 'kubectl logs --prefix', kinds: ['journal', 'file'], of: before('[pod/web-7d4b9c-x2x/app] ') },
	{ name: 'file names of grep -H', kinds: ['file'], of: before('/var/log/nginx/error.log:') },
	wrappedAt(80),
	wrappedAt(100),
	wrappedAt(132),
	journalAs('German', (_month, day, time, host, ident, pid) => `Nov ${day} ${time} ${host} ${ident}${pid}: `),
	journalAs('French', (_month, day, time, host, ident, pid) => `nov. ${day} ${time} ${host} ${ident}${pid}: `),
	journalAs('Japanese', (_month, day, time, host, ident, pid) => `11月 ${day} ${time} ${host} ${ident}${pid}: `),
	journalAs('Russian', (_month, day, time, host, ident, pid) => `ноя ${day} ${time} ${host} ${ident}${pid}: `),
	journalAs(
		'short-iso',
		(_month, day, time, host, ident, pid) => `2026-11-${day}T${time}+0000 ${host} ${ident}${pid}: `,
	),
	journalAs(
		'short-iso of systemd 255',
		(_month, day, time, host, ident, pid) => `2026-11-${day}T${time}+00:00 ${host} ${ident}${pid}: `,
	),
	journalAs(
		'short-iso-precise',
		(_month, day, time, host, ident, pid) => `2026-11-${day}T${time}.123456+0000 ${host} ${ident}${pid}: `,
	),
	journalAs(
		'short-precise',
		(month, day, time, host, ident, pid) => `${month} ${day} ${time}.123456 ${host} ${ident}${pid}: `,
	),
	journalAs(
		'short-full',
		(_month, day, time, host, ident, pid) => `Sat 2026-11-${day} ${time} UTC ${host} ${ident}${pid}: `,
	),
	journalAs(
		'short-full of a host in Berlin',
		(_month, day, time, host, ident, pid) => `Sat 2026-11-${day} ${time} CET ${host} ${ident}${pid}: `,
	),
	journalAs('no host name', (month, day, time, _host, ident, pid) => `${month} ${day} ${time} ${ident}${pid}: `),
	journalAs(
		'a host name with dots',
		(month, day, time, _host, ident, pid) => `${month} ${day} ${time} web1.example.com ${ident}${pid}: `,
	),
	journalAs(
		'an address for a host name',
		(month, day, time, _host, ident, pid) => `${month} ${day} ${time} ip-10-0-0-7 ${ident}${pid}: `,
	),
	journalAs(
		'syslog with a priority',
		(month, day, time, host, ident, pid) => `<30>${month} ${day} ${time} ${host} ${ident}${pid}: `,
	),
	journalAs(
		'syslog of RFC 3339',
		(_month, day, time, host, ident, pid) => `2026-11-${day}T${time}.123456+00:00 ${host} ${ident}${pid}: `,
	),
	{
		name: 'a journal with the lines of its beginning and of a boot',
		kinds: ['journal'],
		of: (text) =>
			`-- Journal begins at Fri 2026-11-20 08:00:01 UTC, ends at Sat 2026-11-21 10:00:00 UTC. --\n-- Boot 0f6f8e3fb4bb4d6e9a3a3c9e8f9f0a1b --\n${text}`,
	},
	{
		name: 'a journal of systemd 239',
		kinds: ['journal'],
		of: (text) =>
			`-- Logs begin at Fri 2026-11-20 08:00:01 UTC, end at Sat 2026-11-21 10:00:00 UTC. --\n-- Reboot --\n${text}`,
	},
	{
		name: 'what a pager leaves at its end',
		kinds: ['journal'],
		of: (text) => `${text.replace(/\n$/, '')}\nlines 1-42/42 (END)\n`,
	},
	{
		name: 'another unit name',
		kinds: ['journal', 'status'],
		unit: 'blog',
		of: (text) => text.replaceAll('gunicorn.service', 'blog.service'),
	},
	{
		name: 'an instance of a template',
		kinds: ['journal', 'status'],
		unit: 'gunicorn@app',
		of: (text) => text.replaceAll('gunicorn.service', 'gunicorn@app.service'),
	},
]

/** What a screen of this width shows of lines that do not wrap, with the mark of `less -S` at its edge or without. */
export const cutAt = (width: number, mark: '>' | ''): ((text: string) => string) =>
	eachLine((line) => (line.length <= width ? line : line.slice(0, width - mark.length) + mark))

/** As `systemctl status` without -l shortens long lines of the log: the middle goes, at nine tenths. */
export const shortenedTo = (width: number): ((text: string) => string) =>
	eachLine((line) => {
		if (line.length <= width || !/^\w{3} [ \d]\d /.test(line)) return line
		const start = Math.floor((width * 9) / 10)
		return `${line.slice(0, start)}…${line.slice(line.length - (width - start - 1))}`
	})

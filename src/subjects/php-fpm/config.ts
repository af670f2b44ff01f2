import { parseEndpoint, reaches } from '../../text/endpoint.ts'
import { createFactSheet, type FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, list, type Parser, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { of, setSettings } from '../../text/setting.ts'
import { COMPLAINT_FACTS, readComplaint } from './complaint.ts'
import { setComplaint } from './log.ts'
import { type FpmLine, readFpmLog } from './log-line.ts'

const FACTS = {
	ok: bool('PHP-FPM takes its configuration; false: it does not, and would not start or reload with it.'),
	file: string('The configuration file that was tested.'),
	...COMPLAINT_FACTS,
	errorLog: of('global/error_log', string("PHP-FPM's own log: a file, or syslog.")),
	processMax: of('global/process.max', int('The limit of all pools together; 0 is none.')),
	pools: list('The names of all pools.'),
	listens: list('Where they listen, in the same order.'),
	serving: bool('One of the pools is configured to listen where the target is; false: none is.'),
	pool: string('The pool that the facts below are about: the one asked for, the one at the target, or the only one.'),
	listen: string('Where it listens: /run/php/php8.2-fpm.sock, 127.0.0.1:9000, or *:9000 for a port alone.'),
	unixSocket: bool('It listens on a Unix socket.'),
	listenOwner: of('listen.owner', string("The socket's owner, where it is set.")),
	listenGroup: of('listen.group', string("The socket's group, where it is set.")),
	listenMode: of('listen.mode', string("The socket's mode, where it is set; 0660 else.")),
	anyClient: bool('It takes connections from every address; so does every Unix socket.'),
	allowedClients: of(
		'listen.allowed_clients',
		list('The addresses whose connections it takes; left out where it takes all, which is so without the setting.'),
		words,
	),
	backlog: of(
		'listen.backlog',
		int('How many connections may wait; -1 and more than the kernel allows are cut to that.'),
	),
	user: of('user', string('The user of its workers.')),
	group: of('group', string('Their group.')),
	pm: of('pm', string('How the number of its workers is chosen.', { values: ['static', 'dynamic', 'ondemand'] })),
	maxChildren: of('pm.max_children', int('Most workers at a time.')),
	maxRequests: of('pm.max_requests', int('Requests after which a worker is replaced; 0: never.')),
	terminateTimeout: of(
		'request_terminate_timeout',
		int('Seconds after which PHP-FPM ends a request; 0: never.'),
		seconds,
	),
	slowlogTimeout: of(
		'request_slowlog_timeout',
		int('Seconds after which a request is written to the slow log; 0: never.'),
		seconds,
	),
	slowlog: of('slowlog', string('That log.')),
	chdir: of('chdir', string('The folder that its workers enter.')),
	extensions: of('security.limit_extensions', list('The endings of the scripts that it runs.'), words),
	catchOutput: of('catch_workers_output', bool("What its workers print goes to PHP-FPM's log.")),
	decorateOutput: of('decorate_workers_output', bool("Such lines are marked there as the workers' own.")),
} as const satisfies FactSchema

function words(value: string): readonly string[] {
	return value.split(/[\s,]+/).filter((word) => word !== '')
}

function seconds(value: string): number | undefined {
	return /^\d{1,9}s$/.test(value) ? Number(value.slice(0, -1)) : undefined
}

/** A pool or the global section, as `php-fpm -tt` prints it: its values with their lines. */
interface Section {
	readonly name: string
	readonly line: FpmLine
	readonly values: Map<string, { readonly value: string; readonly line: FpmLine }>
}

/** `php-fpm -tt`: every setting as it is in effect; `php-fpm -t`: only whether the configuration is taken. */
export const fpmConfigParser: Parser = {
	name: 'php-fpm-config',
	summary: "PHP-FPM's configuration as its own test prints it (php-fpm -tt): its pools, and what is wrong",
	facts: FACTS,
	args: {
		pool: string('The pool that is meant.'),
		target: string('Where nginx connects: the pool that listens there is meant.'),
	},
	parse: ({ lines, args }) => {
		const sheet = createFactSheet()
		const { own } = readFpmLog(lines)
		describeVerdict(sheet, own)
		const sections = readSections(own)
		const global = sections.find(({ name }) => name === 'global')
		const pools = sections.filter(({ name }) => name !== 'global')
		if (pools.length > 0) {
			sheet.set(
				'pools',
				pools.map(({ name }) => name),
				...pools,
			)
			const listens = pools.map(listenOf)
			sheet.set(
				'listens',
				listens.map((listen) => listen?.address ?? ''),
				...listens,
			)
		}
		const target = textArg(args, 'target')
		const there = target === undefined ? [] : pools.filter((pool) => reaches(target, listenOf(pool)?.address ?? ''))
		if (pools.length > 0 && target !== undefined && parseEndpoint(target) !== undefined)
			sheet.set('serving', there.length > 0, ...(there.length > 0 ? there : pools).map(listenOf))
		const wanted = pools.find(({ name }) => name === textArg(args, 'pool'))
		const meant = wanted ?? there[0] ?? (pools.length === 1 ? pools[0] : undefined)
		setSettings(sheet, FACTS, (setting) => {
			const [, isGlobal, name = ''] = /^(global\/)?(.*)$/.exec(setting) ?? []
			return (isGlobal === undefined ? meant : global)?.values.get(name)
		})
		if (meant !== undefined) describePool(sheet, meant)
		return sheet.parsed()
	},
}

function describeVerdict(sheet: FactSheet, own: readonly FpmLine[]): void {
	const passed = own.find(({ text }) => SUCCESS.test(text))
	const complained = own.find(({ level, sentence }) => isSerious(level) && readComplaint(sentence) !== undefined)
	const failed = complained ?? own.find(({ text }) => text === 'FPM initialization failed')
	if (passed !== undefined) {
		sheet.set('ok', true, passed)
		sheet.set('file', SUCCESS.exec(passed.text)?.[1], passed)
		sheet.set('error', 'none', passed)
	} else if (failed !== undefined) {
		sheet.set('ok', false, failed)
	}
	const complaint = complained === undefined || passed !== undefined ? undefined : readComplaint(complained.sentence)
	if (complaint !== undefined && complained !== undefined) setComplaint(sheet, complaint, complained, own)
}

const SUCCESS = /^configuration file (\/.{1,1000}) test is successful$/

function isSerious(level: FpmLine['level']): boolean {
	return level === 'ERROR' || level === 'ALERT'
}

/** `[www]`, then a line `key = value` each, indented; an empty one ends it. */
function readSections(own: readonly FpmLine[]): readonly Section[] {
	const sections: Section[] = []
	let open: Section | undefined
	for (const line of own) {
		if (line.level !== 'NOTICE') continue
		const name = /^\[([^\]]{1,200})\]$/.exec(line.sentence)?.[1]
		if (name !== undefined) {
			open = { name, line, values: new Map() }
			sections.push(open)
			continue
		}
		const entry = /^\s+([a-z][\w.]{0,80}) = (.*)$/.exec(line.sentence)
		if (entry === null) open = undefined
		else if (entry[2] !== 'undefined') open?.values.set(entry[1] ?? '', { value: entry[2] ?? '', line })
	}
	return sections
}

/** FPM takes a port alone for every address of the host. */
function listenOf({ values }: Section): { readonly address: string; readonly line: FpmLine } | undefined {
	const listen = values.get('listen')
	if (listen === undefined) return undefined
	return { line: listen.line, address: /^\d{1,5}$/.test(listen.value) ? `*:${listen.value}` : listen.value }
}

function describePool(sheet: FactSheet, pool: Section): void {
	sheet.set('pool', pool.name, pool)
	const listen = listenOf(pool)
	if (listen === undefined) return
	sheet.set('listen', listen.address, listen)
	const isUnix = parseEndpoint(listen.address)?.kind === 'unix'
	sheet.set('unixSocket', isUnix, listen)
	const allowed = pool.values.get('listen.allowed_clients')
	sheet.set('anyClient', isUnix || allowed === undefined, allowed ?? listen)
}

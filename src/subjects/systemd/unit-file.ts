import { splitAssignment, splitWords } from '../../text/argv.ts'
import { createFactSheet } from '../../text/fact-sheet.ts'
import type { FactSchema, OutputLine, Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

const FACTS = {
	/** There is no such unit. */
	missing: 'bool',
	masked: 'bool',
	path: 'string',
	dropIns: 'list<string>',
	description: 'string',
	/** The command line that counts, without systemd's prefixes (`-`, `@`, `+`, `!`). */
	execStart: 'string',
	execStartAll: 'list<string>',
	execStartPre: 'list<string>',
	user: 'string',
	group: 'string',
	umask: 'string',
	type: 'string',
	restart: 'string',
	notifyAccess: 'string',
	timeoutStart: 'string',
	pidFile: 'string',
	workingDirectory: 'string',
	/** `WorkingDirectory=-…`: its absence is no error. */
	workingDirectoryOptional: 'bool',
	environmentFiles: 'list<string>',
	environmentFilesOptional: 'list<string>',
	/** Names only; values may be secrets. */
	environment: 'list<string>',
	gunicornArgs: 'string',
	port: 'string',
	privateTmp: 'bool',
	protectHome: 'string',
	runtimeDirectory: 'list<string>',
	runtimeDirectoryMode: 'string',
	runtimeDirectoryPreserve: 'string',
	/** It has an `[Install]` section that says where to. */
	installed: 'bool',
	/** Socket units that it names. */
	sockets: 'list<string>',
	/** A socket unit stands in the same output. */
	hasSocket: 'bool',
	listenStream: 'list<string>',
	socketUser: 'string',
	socketGroup: 'string',
	socketMode: 'string',
	/** It uses `%i` and the like, which stand for what the unit's name tells. */
	specifiers: 'bool',
} as const satisfies FactSchema

interface Assignment {
	readonly section: string
	readonly key: string
	readonly value: string
	readonly line: number
}

interface UnitText {
	readonly files: readonly { readonly path: string; readonly line: number }[]
	readonly assignments: readonly Assignment[]
}

const isDropIn = (path: string): boolean => /\.d\/[^/]+\.conf$/.test(path)

/** `/etc/systemd/system/gunicorn.service.d/x.conf` belongs to `gunicorn.service`. */
const unitOf = (path: string): string => {
	const folder = /([^/]+)\.d\/[^/]+\.conf$/.exec(path)?.[1]
	return folder ?? path.slice(path.lastIndexOf('/') + 1)
}

/** Logical lines: continuations joined, comments left out; also comments that stand between continued lines. */
const readUnits = (lines: readonly OutputLine[]): ReadonlyMap<string, UnitText> => {
	const units = new Map<string, { files: { path: string; line: number }[]; assignments: Assignment[] }>()
	let unit = ''
	let section = ''
	let parts: string[] = []
	let begun = 0
	const current = () => {
		const found = units.get(unit) ?? { files: [], assignments: [] }
		units.set(unit, found)
		return found
	}
	const finish = (): void => {
		const text = parts.join(' ').trim()
		parts = []
		const match = /^([A-Za-z][A-Za-z0-9-]{1,60})\s{0,20}=/.exec(text)
		if (match !== null)
			current().assignments.push({
				section,
				key: match[1] ?? '',
				value: text.slice(match[0].length).trim(),
				line: begun,
			})
	}
	for (const { text, number } of lines) {
		const trimmed = text.trim()
		const header = /^# (\/\S{1,1000}\.(?:service|socket|timer|target|slice|mount|path|conf))$/.exec(trimmed)
		if (header?.[1] !== undefined) {
			if (parts.length > 0) finish()
			unit = unitOf(header[1])
			section = ''
			current().files.push({ path: header[1], line: number })
			continue
		}
		if (/^[#;]/.test(trimmed)) continue
		const continued = /\\$/.test(text.trimEnd())
		const part = continued ? text.trimEnd().slice(0, -1) : text
		if (parts.length === 0) {
			if (trimmed === '') continue
			const name = /^\[([A-Za-z][\w-]{0,40})\]$/.exec(trimmed)?.[1]
			if (name !== undefined) {
				section = name
				continue
			}
			begun = number
		}
		parts.push(part.trim())
		if (!continued) finish()
	}
	if (parts.length > 0) finish()
	return units
}

/** The names of the units whose files stand in the output. */
export const unitsIn = (lines: readonly OutputLine[]): readonly string[] => [
	...[...readUnits(lines).keys()].filter((unit) => unit !== ''),
]

/**
 * What systemd puts in place of `%i` and the like (systemd.unit(5), "Specifiers"), as far as the unit's name tells it;
 * `%I` and its kind undo an escaping and stay as they are.
 */
const specifiersOf = (unit: string): ReadonlyMap<string, string> => {
	const name = /\.(?:service|socket)$/.test(unit) ? unit : `${unit}.service`
	const bare = name.slice(0, name.lastIndexOf('.'))
	const at = bare.indexOf('@')
	const prefix = at < 0 ? bare : bare.slice(0, at)
	return new Map([
		['%', '%'],
		['n', name],
		['N', bare],
		['p', prefix],
		['j', prefix.slice(prefix.lastIndexOf('-') + 1)],
		...(at === bare.length - 1 ? [] : ([['i', at < 0 ? '' : bare.slice(at + 1)]] as const)),
		['t', '/run'],
		['S', '/var/lib'],
		['C', '/var/cache'],
		['L', '/var/log'],
		['E', '/etc'],
	])
}

const isYes = (text: string): boolean => /^(?:1|yes|true|on|y|t)$/i.test(text)

const resolved = (unit: UnitText, specifiers: ReadonlyMap<string, string>): UnitText => ({
	...unit,
	assignments: unit.assignments.map((one) => ({
		...one,
		value: one.value.replace(/%([%\w])/g, (whole, letter: string) => specifiers.get(letter) ?? whole),
	})),
})

/** Later assignments add to a list, and an empty one empties it. */
const listOf = (assignments: readonly Assignment[]): readonly Assignment[] => {
	const reset = assignments.findLastIndex(({ value }) => value === '')
	return assignments.slice(reset + 1)
}

/** The unit file's view of a unit: what would count after a reload. */
export const unitFileParser: Parser = {
	name: 'unit-file',
	summary: 'a unit as it stands on disk, with its drop-ins (`systemctl cat`)',
	facts: FACTS,
	args: {
		/** Whose specifiers (`%i`) are filled in; of several units, the one that is meant. */
		unit: 'string',
	},
	parse: (input) => {
		const { args } = input
		const lines = plainLines(input)
		const sheet = createFactSheet()
		const missing = lines.find(({ text }) =>
			/^No files found for |^Unit \S{1,250} could not be found|^Failed to (?:cat|issue method call|get unit).{0,300}(?:No such file|not found|not loaded)/.test(
				text,
			),
		)
		const masked = lines.find(({ text }) =>
			/^# Unit \S{1,250} is masked|^# \/\S{1,500}\.(?:service|socket) \(masked\)|symlinked to \/dev\/null/.test(text),
		)
		const units = readUnits(lines)
		const wanted = typeof args.unit === 'string' ? args.unit : undefined
		const names = [...units.keys()]
		const template = wanted?.replace(/@[^.]*/, '@')
		const name =
			names.find(
				(unit) =>
					wanted !== undefined &&
					(unit === wanted || unit === `${wanted}.service` || unit === template || unit === `${template}.service`),
			) ??
			names.find((unit) => unit.endsWith('.service')) ??
			names[0]
		const written = name === undefined ? undefined : units.get(name)
		const specifiers = wanted === undefined ? undefined : specifiersOf(wanted)
		const unit = written === undefined || specifiers === undefined ? written : resolved(written, specifiers)
		if (unit === undefined || (unit.assignments.length === 0 && (missing !== undefined || masked !== undefined))) {
			if (missing !== undefined) sheet.set('missing', true, missing.number)
			if (masked !== undefined) {
				sheet.set('missing', false, masked.number)
				sheet.set('masked', true, masked.number)
			}
			return sheet.parsed()
		}
		sheet.set('missing', false)
		sheet.set('masked', masked !== undefined, masked?.number)
		const main = unit.files.find(({ path }) => !isDropIn(path))
		sheet.set('path', main?.path, main?.line)
		const dropIns = unit.files.filter(({ path }) => isDropIn(path))
		sheet.set(
			'dropIns',
			dropIns.map(({ path }) => path),
			...dropIns.map(({ line }) => line),
		)

		const all = (section: string, key: string): readonly Assignment[] =>
			unit.assignments.filter((one) => one.key === key && (one.section === section || one.section === ''))
		const single = (section: string, key: string): Assignment | undefined => {
			const last = all(section, key).at(-1)
			return last?.value === '' ? undefined : last
		}
		const say = (fact: keyof typeof FACTS, found: Assignment | undefined): void =>
			sheet.set(fact, found?.value, found?.line)
		say('description', single('Unit', 'Description'))
		for (const [key, fact] of [
			['User', 'user'],
			['Group', 'group'],
			['UMask', 'umask'],
			['Restart', 'restart'],
			['NotifyAccess', 'notifyAccess'],
			['TimeoutStartSec', 'timeoutStart'],
			['PIDFile', 'pidFile'],
			['ProtectHome', 'protectHome'],
			['RuntimeDirectoryMode', 'runtimeDirectoryMode'],
			['RuntimeDirectoryPreserve', 'runtimeDirectoryPreserve'],
		] as const)
			say(fact, single('Service', key))

		const isService = name === undefined || name === '' || name.endsWith('.service') || name.endsWith('.conf')
		const exec = listOf(all('Service', 'ExecStart')).map((one) => ({
			...one,
			value: one.value.replace(/^[-@:+!|]{1,4}/, ''),
		}))
		if (exec.length > 0) {
			say('execStart', exec.at(-1))
			sheet.set(
				'execStartAll',
				exec.map(({ value }) => value),
				...exec.map(({ line }) => line),
			)
		}
		const pre = listOf(all('Service', 'ExecStartPre'))
		if (pre.length > 0)
			sheet.set(
				'execStartPre',
				pre.map(({ value }) => value),
				...pre.map(({ line }) => line),
			)
		const type = single('Service', 'Type')
		if (isService) sheet.set('type', type?.value ?? 'simple', type?.line)
		const folder = single('Service', 'WorkingDirectory')
		if (folder !== undefined) {
			sheet.set('workingDirectory', folder.value.replace(/^-/, ''), folder.line)
			sheet.set('workingDirectoryOptional', folder.value.startsWith('-'), folder.line)
		}
		const files = listOf(all('Service', 'EnvironmentFile'))
		if (isService) {
			sheet.set(
				'environmentFiles',
				files.map(({ value }) => value.replace(/^-/, '')),
				...files.map(({ line }) => line),
			)
			sheet.set(
				'environmentFilesOptional',
				files.filter(({ value }) => value.startsWith('-')).map(({ value }) => value.slice(1)),
				...files.map(({ line }) => line),
			)
		}
		const environment = listOf(all('Service', 'Environment'))
		const variables = environment.flatMap(({ value, line }) =>
			splitWords(value)
				.map(splitAssignment)
				.filter((pair) => pair !== undefined)
				.map(([variable, content]) => ({ variable, content, line })),
		)
		if (isService)
			sheet.set(
				'environment',
				[...new Set(variables.map(({ variable }) => variable))],
				...environment.map(({ line }) => line),
			)
		const gunicornArgs = variables.findLast(({ variable }) => variable === 'GUNICORN_CMD_ARGS')
		sheet.set('gunicornArgs', gunicornArgs?.content, gunicornArgs?.line)
		const port = variables.findLast(({ variable }) => variable === 'PORT')
		sheet.set('port', port?.content, port?.line)
		const temporary = single('Service', 'PrivateTmp')
		if (isService)
			sheet.set(
				'privateTmp',
				temporary !== undefined && (isYes(temporary.value) || temporary.value === 'disconnected'),
				temporary?.line,
			)
		const runtime = listOf(all('Service', 'RuntimeDirectory'))
		// `name:link` makes a link besides.
		if (isService)
			sheet.set(
				'runtimeDirectory',
				runtime.flatMap(({ value }) => splitWords(value).map((word) => word.split(':')[0] ?? word)),
				...runtime.map(({ line }) => line),
			)
		const install = unit.assignments.filter(
			({ section, key }) => section === 'Install' && /^(?:WantedBy|RequiredBy|UpheldBy|Alias|Also)$/.test(key),
		)
		sheet.set('installed', install.length > 0, ...install.map(({ line }) => line))

		const named = unit.assignments.filter(
			({ section, key }) =>
				(section === 'Unit' && /^(?:Requires|Wants|BindsTo|After|Requisite)$/.test(key)) ||
				(section === 'Service' && key === 'Sockets'),
		)
		const sockets = named.flatMap(({ value, line }) =>
			splitWords(value)
				.filter((word) => word.endsWith('.socket'))
				.map((socket) => ({ socket, line })),
		)
		if (isService)
			sheet.set('sockets', [...new Set(sockets.map(({ socket }) => socket))], ...sockets.map(({ line }) => line))
		sheet.set(
			'hasSocket',
			names.some((other) => other.endsWith('.socket')),
		)
		const socketName =
			names.find((other) => other === name?.replace(/\.service$/, '.socket')) ??
			names.find((other) => other.endsWith('.socket'))
		const socket = socketName === undefined ? undefined : units.get(socketName)
		if (socket !== undefined) {
			const of = (key: string): readonly Assignment[] =>
				listOf(socket.assignments.filter((one) => one.section === 'Socket' && one.key === key))
			const streams = of('ListenStream')
			sheet.set(
				'listenStream',
				streams.map(({ value }) => value),
				...streams.map(({ line }) => line),
			)
			say('socketUser', of('SocketUser').at(-1))
			say('socketGroup', of('SocketGroup').at(-1))
			say('socketMode', of('SocketMode').at(-1))
		}
		const special = (written ?? unit).assignments.filter(({ value }) => /%[a-zA-Z]/.test(value.replace(/%%/g, '')))
		sheet.set('specifiers', special.length > 0, ...special.map(({ line }) => line))
		return sheet.parsed()
	},
}

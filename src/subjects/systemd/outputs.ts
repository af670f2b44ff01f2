import { readPrefix } from '../../text/log-line.ts'
import type { About, OutputKind, Part } from '../../text/output-kind.ts'
import type { OutputLine } from '../../text/parser.ts'

const UNIT = '[\\w@:.\\\\-]{1,250}'
/** What systemd says of a unit, with the unit in front. */
const OF_UNIT = new RegExp(`^ ?(${UNIT}\\.(?:service|socket)): \\S`)
/** systemd's own sentences (src/core of its source), which people copy without what stands in front. */
const SENTENCE = new RegExp(
	`(?:^|[ :])(?:${[
		'(?:Main|Control) process exited, code=',
		'(?:Failed|Unit entered failed state|Deactivated) with result ',
		'Failed at step [A-Z_]{3,40} spawning ',
		'Failed to (?:execute command|execute /|locate executable|determine user credentials|determine group credentials|load environment files|run )',
		'Unable to locate executable ',
		'Changing to the requested working directory failed: ',
		'Failed to set up (?:mount namespacing|standard output|standard error|user namespacing)',
		'Start request repeated too quickly',
		'Scheduled restart job, restart counter ',
		'Service hold-off time over, scheduling restart',
		'(?:start|reload|stop) operation timed out\\. ',
		'A process of this unit has been killed by the OOM killer',
		'Executable path is not absolute',
		'Neither a valid executable name nor an absolute path',
		"State '[a-z-]{1,40}' timed out\\. ",
	].join('|')})`,
)
/** Why systemd does not load a unit: it says so in the journal, systemctl where it was asked. */
const REFUSED = new RegExp(
	`^ ?\\[?(?:/\\S{1,400}:\\d{1,6}\\]? |${UNIT}\\.(?:service|socket):? (?:lacks both|has a bad unit file|has no ExecStart|has more than one ExecStart)|Failed to (?:start|restart|enable) ${UNIT}: Unit )`,
)
const JOURNAL_BORDER = /^-- (?:Logs begin|Journal begins|No entries|Boot [0-9a-f]|Reboot)/
const STATUS_HEAD = new RegExp(`^(?:[●○×↻*•] )?(${UNIT}\\.(?:service|socket|timer|target))(?: - .*)?$`)
/** A line below the head, which people copy alone: its words are systemd's. */
const STATUS_LINE =
	/^ {1,16}(?:Loaded: (?:loaded|not-found|masked|bad-setting|error) \(|Active: (?:active|inactive|failed|activating|deactivating|reloading) \(|Main PID: \d+ \(|TriggeredBy: )|^(?:Loaded: (?:loaded|not-found|masked|bad-setting|error) \(|Active: (?:active|inactive|failed|activating|deactivating|reloading) \()/
const NOT_FOUND = new RegExp(`^Unit (${UNIT}) could not be found\\.?$`)
const SHOW_KEY =
	/^(?:Type|Id|Names|MainPID|ActiveState|SubState|LoadState|UnitFileState|ExecMainStatus|ExecMainCode|Result|NRestarts|FragmentPath|NotifyAccess|ControlPID|NeedDaemonReload|RestartUSec|InvocationID)=/
const UNIT_KEY =
	/^(?:ExecStart(?:Pre|Post)?|ExecReload|ExecStop|WorkingDirectory|User|Group|Environment|EnvironmentFile|Restart|RestartSec|PIDFile|RuntimeDirectory|UMask|PrivateTmp|WantedBy|After|Requires|Wants|Description|ListenStream|KillMode)=/
const UNIT_FILE = /^# (\/\S{1,400}\.(?:service|socket)(?:\.d\/\S{1,200}\.conf)?)$/
const NO_FILE = new RegExp(`^No files found for (${UNIT})\\.$|^# Unit (${UNIT}) is masked\\.$`)
const UNIT_LISTED =
	/^\s{0,4}(?:[●○×*] )?[\w@:.\\-]{1,250}\.(?:service|socket)\s+(?:(?:loaded|not-found|masked)\s+(?:active|inactive|failed|activating)|enabled|disabled|static|masked|indirect|generated|alias)\b/

/** What systemd and its tools print, and the journal that it keeps. */
export const systemdOutputs: readonly OutputKind[] = [
	{
		name: 'systemctl-status',
		label: 'systemctl status',
		parsers: ['systemctl-status'],
		readBy: { 'systemctl-show': 'systemctl-status' },
		program: 'systemctl',
		byWriter: 'tail',
		printedBy: (command) => askedOf(command, 'status'),
		sign: ({ text, next }) => {
			const head = STATUS_HEAD.exec(text)
			if (head !== null && /^\s{2,}Loaded: /.test(next)) return { first: true, about: { unit: head[1] ?? '' } }
			const missing = NOT_FOUND.exec(text)
			if (missing !== null) return { first: true, about: { unit: missing[1] ?? '' } }
			return STATUS_LINE.test(text) ? {} : undefined
		},
		goesOn: (_, { blanks }) => blanks < 2,
		isSound: ({ active, subState, failed, restarting, notFound, triggeredBy }) => {
			if (active === true) return subState !== 'exited'
			if (failed === true || restarting === true || notFound === true) return false
			// What is started by a connection to its socket waits for the first one.
			return active === false && Array.isArray(triggeredBy) && triggeredBy.length > 0 ? true : undefined
		},
	},
	{
		name: 'journal',
		label: "a service's journal",
		parsers: ['journal'],
		program: 'journalctl',
		joins: 'below-one-prompt',
		byWriter: 'whole',
		standsIn: ['systemctl-status'],
		printedBy: (command) => (command.startsWith('journalctl') ? unitOf(command) : undefined),
		sign: ({ text, writer }) => {
			if (writer !== undefined || JOURNAL_BORDER.test(text)) return {}
			const unit = OF_UNIT.exec(text)?.[1]
			if (unit !== undefined) return { about: { unit } }
			return SENTENCE.test(text) || REFUSED.test(text) ? {} : undefined
		},
		goesOn: (_, { blanks }) => blanks === 0,
		about: (lines) => mostNamed(lines),
		complete: completed,
		isSound: ({ failed, refused }) => (failed === true || refused === true ? false : undefined),
	},
	{
		name: 'systemctl-show',
		label: 'systemctl show',
		parsers: ['systemctl-show'],
		readBy: { 'systemctl-status': 'systemctl-show' },
		program: 'systemctl',
		printedBy: (command) => askedOf(command, 'show'),
		sign: ({ text }) => (SHOW_KEY.test(text) ? {} : undefined),
		goesOn: isSetting,
		holds: (kind) => kind === 'unit-file' || kind === 'listeners',
		divide: unitOrShow,
		about: (lines) => unitNamed(lines, /^Id=(.+)$/),
	},
	{
		name: 'unit-file',
		label: 'a unit file (systemctl cat)',
		parsers: ['unit-file'],
		printedBy: (command) => askedOf(command, 'cat') ?? catOfUnit(command),
		sign: ({ text }) => {
			const file = UNIT_FILE.exec(text)?.[1]
			if (file !== undefined) return { about: { unit: unitOfFile(file) } }
			const absent = NO_FILE.exec(text)
			if (absent !== null) return { about: { unit: absent[1] ?? absent[2] ?? '' } }
			return /^\[(?:Unit|Service|Install|Socket)\]$/.test(text) || UNIT_KEY.test(text) ? {} : undefined
		},
		goesOn: isSetting,
		holds: (kind) => kind === 'systemctl-show',
		divide: unitOrShow,
		about: (lines) => unitNamed(lines, /^Id=(.+)$/),
	},
	{
		name: 'unit-list',
		label: 'a list of units',
		parsers: ['unit-list'],
		program: 'systemctl',
		printedBy: (command) => (/^systemctl (?:-\S+ )*list-unit(?:s|-files)\b/.test(command) ? {} : undefined),
		sign: ({ text }) => (/^\s*UNIT(?: FILE)?\s+(?:LOAD|STATE)\b/.test(text) || UNIT_LISTED.test(text) ? {} : undefined),
	},
]

const DATED = 'Jan 01 00:00:00 host systemd[1]: '

/**
 * Where nobody stands in front of any line, systemd's own sentences get its name. Several may stand in one line, as
 * people tell them in a row. What the process said that was to become the program is taken for systemd's where the line
 * that would confirm it, the exit status, was left out.
 */
function completed(lines: readonly OutputLine[]): readonly OutputLine[] {
	if (lines.some(({ text }) => readPrefix(text)?.ident !== undefined)) {
		return lines.some(({ text }) => text.includes('process exited, code=')) ? lines : lines.map(asManagers)
	}
	return lines.flatMap((line) => {
		const text = line.text.trim()
		if (!SENTENCE.test(text) && !REFUSED.test(text) && !OF_UNIT.test(text)) return [line]
		return text
			.split(/, (?=Failed |Main process |Control process |Start request |Scheduled |Unit )/)
			.map((sentence) => ({
				...line,
				text: `${DATED}${sentence.replace(/[.,]$/, '')}`,
			}))
	})
}

function asManagers(line: OutputLine): OutputLine {
	const prefix = readPrefix(line.text)
	const message = prefix === undefined ? '' : line.text.slice(prefix.width)
	const isOther = prefix?.ident !== undefined && /^systemd$|^\(.{1,30}\)$/.test(prefix.ident) && prefix.pid !== 1
	return isOther && SENTENCE.test(message) ? { ...line, text: `${DATED}${message}` } : line
}

function isSetting(text: string, { lines }: { readonly lines: readonly OutputLine[] }): boolean {
	return /^(?:[A-Za-z]{1,60}=|[#;]|\s|\[)/.test(text) || lines.at(-1)?.text.endsWith('\\') === true
}

/** The properties that a running unit has are no file's. */
function unitOrShow(lines: readonly OutputLine[]): readonly Part[] {
	const shown = lines.some(({ text }) => /^(?:ActiveState|LoadState|SubState|MainPID|ExecMainStatus)=/.test(text))
	return [{ kind: shown ? 'systemctl-show' : 'unit-file', lines }]
}

/** The unit that `systemctl VERB` is asked about; undefined for another command. */
function askedOf(command: string, verb: string): About | undefined {
	const asked = new RegExp(`^systemctl (?:-\\S+ )*${verb}\\b(?: (?:-\\S+ )*(${UNIT}))?`).exec(command)
	if (asked === null) return undefined
	return asked[1] === undefined ? {} : { unit: asked[1] }
}

function unitOf(command: string): About {
	const unit = new RegExp(`^journalctl\\b.*?(?:-\\w*u ?|--unit[= ])(${UNIT})`).exec(command)?.[1]
	return unit === undefined ? {} : { unit }
}

function catOfUnit(command: string): About | undefined {
	const file = /^(?:cat|less|head|tail) (?:-\S+ )*(\S*\/[^\s/]+\.(?:service|socket))\b/.exec(command)?.[1]
	return file === undefined ? undefined : { unit: unitOfFile(file) }
}

function unitOfFile(path: string): string {
	return /([^/]+\.(?:service|socket))(?:\.d\/[^/]+)?$/.exec(path)?.[1] ?? path
}

function unitNamed(lines: readonly OutputLine[], pattern: RegExp): About {
	const unit = lines.map(({ text }) => pattern.exec(text)?.[1]).find((id) => id !== undefined)
	return unit === undefined ? {} : { unit }
}

/** The service that systemd names in most of the lines. */
function mostNamed(lines: readonly OutputLine[]): About {
	const counts = new Map<string, number>()
	for (const { text } of lines) {
		const unit = unitOfLine(text)
		if (unit?.endsWith('.service')) counts.set(unit, (counts.get(unit) ?? 0) + 1)
	}
	const unit = [...counts].toSorted((one, other) => other[1] - one[1])[0]?.[0]
	return unit === undefined ? {} : { unit }
}

/** The unit that systemd names in a line of the journal, or in its bare message. */
function unitOfLine(text: string): string | undefined {
	const message = /\bsystemd(?:\[\d{1,10}\])?: (.*)$/.exec(text)?.[1] ?? text
	return serviceIn(message)
}

/** The unit that a message of systemd names; undefined when it names none. */
export function serviceIn(message: string): string | undefined {
	return (
		OF_UNIT.exec(message)?.[1] ??
		new RegExp(`^(?:Starting|Started|Stopping|Stopped|Failed to start) (${UNIT}\\.(?:service|socket)) - `).exec(
			message,
		)?.[1]
	)
}

import type { LogLine } from '../../text/log-line.ts'
import { isAttributed, readSystemdLine, type SystemdEvent, type SystemdLine } from './systemd-line.ts'

/** One line of a unit's log. Without `systemd` it is the service's own. */
export interface LogEntry {
	readonly line: LogLine
	/** Position among all log lines. */
	readonly position: number
	readonly systemd?: SystemdLine
}

/** What happened from one start of the service to the next. */
export interface Invocation {
	readonly entries: readonly LogEntry[]
	/** Its first lines are in the log. */
	readonly begun: boolean
	/** It came by systemd's automatic restart. */
	readonly automatic: boolean
}

/** What a parser of one product's log adds to what systemd says. */
export interface ServiceLog {
	/** The unit whose log it is; lines of systemd about another one are left out. */
	readonly unit?: string | undefined
	/** Words by which the service is known among others of the same log, when no unit is named. */
	readonly names?: readonly string[]
	/** True for the first line that the service writes when it starts. */
	readonly begins?: (line: LogLine) => boolean
}

const isSocketUnit = (unit: string | undefined): boolean =>
	unit !== undefined && !unit.endsWith('.service') && /\.\w+$/.test(unit)

/** `app` and `app.service` are one unit. */
export const isSameUnit = (first: string, second: string): boolean =>
	first.replace(/\.service$/, '') === second.replace(/\.service$/, '')

/** Descriptions of socket units, which systemd before 249 names by description alone. */
const socketLabels = (lines: readonly LogLine[]): ReadonlySet<string> => {
	const labels = new Set<string>()
	for (const { text } of lines) {
		const label = /^(?:Listening on|Closed) (.{1,400}?)\.?$/.exec(text)?.[1]
		if (label !== undefined) labels.add(label)
	}
	return labels
}

/** When a log holds several services, the descriptions of ours; undefined when there is but one, or none can be told. */
const ownLabels = (entries: readonly LogEntry[], { unit, names = [] }: ServiceLog): ReadonlySet<string> | undefined => {
	const labels = new Set<string>()
	for (const { systemd } of entries) {
		const event = systemd?.event
		if (event !== undefined && (event.kind === 'started' || event.kind === 'starting') && event.unit === undefined)
			labels.add(event.label)
	}
	if (labels.size < 2) return undefined
	const words = [...names, ...(unit === undefined ? [] : [unit.replace(/\.service$/, '')])]
	const own = [...labels].filter((label) => words.some((word) => label.toLowerCase().includes(word.toLowerCase())))
	return own.length === 0 ? undefined : new Set(own)
}

/** Joins each line with what systemd says in it; lines of systemd about another unit are left out. */
export const readUnitLog = (lines: readonly LogLine[], service: ServiceLog = {}): readonly LogEntry[] => {
	const { unit } = service
	const attributed = isAttributed(lines)
	const sockets = socketLabels(lines)
	const entries: LogEntry[] = []
	lines.forEach((line, position) => {
		const systemd = readSystemdLine(line, attributed)
		if (systemd === undefined) {
			entries.push({ line, position })
			return
		}
		if (isSocketUnit(systemd.unit)) return
		if (unit !== undefined && systemd.unit !== undefined && !isSameUnit(systemd.unit, unit)) return
		if ('label' in systemd.event && sockets.has(systemd.event.label)) return
		entries.push({ line, position, systemd })
	})
	const labels = ownLabels(entries, service)
	if (labels === undefined) return entries
	return entries.filter(({ systemd }) => {
		const event = systemd?.event
		return event === undefined || !('label' in event) || event.unit !== undefined || labels.has(event.label)
	})
}

interface Draft {
	readonly entries: LogEntry[]
	begun: boolean
	readonly automatic: boolean
	/** `Starting …` was said, and not yet how it went. */
	opening: boolean
	/** The service wrote its first line. */
	spoken: boolean
	/** Said by systemd's executor alone, which may come before `Started`. */
	executorOnly: boolean
	ended: boolean
}

const draft = (begun: boolean, automatic: boolean): Draft => ({
	entries: [],
	begun,
	automatic,
	opening: false,
	spoken: false,
	executorOnly: true,
	ended: false,
})

/** What systemd itself says in this line; nothing for a line of a process that only has such a name. */
const managerEvent = ({ systemd }: LogEntry): SystemdEvent | undefined =>
	systemd?.writer === 'manager' ? systemd.event : undefined

/** The process that is to become the program says what it could not prepare. */
const isPreparation = ({ systemd }: LogEntry): boolean => {
	const kind = systemd?.event.kind
	return kind === 'step' || kind === 'execute'
}

const isEnd = (event: SystemdEvent): boolean =>
	event.kind === 'stopped' ||
	event.kind === 'deactivated' ||
	event.kind === 'result' ||
	(event.kind === 'exited' && event.process === 'main')

/** True when this line is the first of a new start. `prepared`: lines of a preparation came after the end. */
const beginsAnew = (current: Draft, entry: LogEntry, prepared: boolean, begins: ServiceLog['begins']): boolean => {
	if (entry.systemd === undefined)
		return begins?.(entry.line) === true && (!current.begun || current.spoken || current.ended)
	const event = managerEvent(entry)
	if (event === undefined) return false
	const executorCameFirst = current.executorOnly && current.entries.length > 0 && !current.ended
	if (event.kind === 'starting') return !executorCameFirst
	if (event.kind === 'started') return !current.opening && !executorCameFirst
	if (event.kind === 'exited') return prepared && event.process === 'main'
	return (isPreparation(entry) || event.kind === 'environment-files') && current.ended
}

/** What a line changes in the invocation that it belongs to. */
const advance = (current: Draft, entry: LogEntry, begins: ServiceLog['begins']): void => {
	const event = managerEvent(entry)
	if (event?.kind === 'starting' || event?.kind === 'started') {
		current.begun = true
		current.opening = event.kind === 'starting'
	} else if (event?.kind === 'start-failed') current.opening = false
	else if (entry.systemd === undefined && begins?.(entry.line) === true) current.spoken = true
	if (event !== undefined && isEnd(event)) current.ended = true
	if (!isPreparation(entry)) current.executorOnly = false
	current.entries.push(entry)
}

/** Cuts a unit's log where the service was started anew. The last invocation is the present one. */
export const splitInvocations = (
	entries: readonly LogEntry[],
	begins?: ServiceLog['begins'],
): readonly Invocation[] => {
	const drafts: Draft[] = []
	let current = draft(false, false)
	let restarting = false
	/** Lines of a preparation after an end: they belong to the next start, if systemd tells of one. */
	let prepared: LogEntry[] = []
	for (const entry of entries) {
		if (current.ended && isPreparation(entry) && managerEvent(entry) === undefined) {
			prepared.push(entry)
			continue
		}
		if (beginsAnew(current, entry, prepared.length > 0, begins)) {
			if (current.entries.length > 0) drafts.push(current)
			current = draft(true, restarting)
			for (const one of prepared) advance(current, one, begins)
			restarting = false
			prepared = []
		}
		if (managerEvent(entry)?.kind === 'restart') restarting = true
		advance(current, entry, begins)
	}
	current.entries.push(...prepared)
	drafts.push(current)
	return drafts.map(({ entries: own, begun, automatic }) => ({ entries: own, begun, automatic }))
}

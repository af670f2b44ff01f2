import type { LogLine } from '../../text/log-line.ts'
import { type GunicornLine, isGunicornRecord, readGunicornLine } from '../gunicorn/line.ts'
import { readSystemdLine, type SystemdLine } from './systemd-line.ts'

/** One log line with what systemd or Gunicorn says in it. */
export interface Entry {
	readonly line: LogLine
	/** Position among all log lines. */
	readonly position: number
	readonly systemd?: SystemdLine
	readonly gunicorn?: GunicornLine
}

/** What happened from one start of the service to the next. */
export interface Invocation {
	readonly entries: readonly Entry[]
	/** Its first lines are in the log. */
	readonly begun: boolean
	/** It came by systemd's automatic restart. */
	readonly automatic: boolean
}

interface Draft {
	entries: Entry[]
	begun: boolean
	automatic: boolean
	/** `Starting …` was said, and not yet how it went. */
	opening: boolean
	banner: boolean
	/** Said by systemd's executor alone, which may come before `Started`. */
	executorOnly: boolean
	ended: boolean
}

const draft = (): Draft => ({
	entries: [],
	begun: false,
	automatic: false,
	opening: false,
	banner: false,
	executorOnly: true,
	ended: false,
})

const isSocketUnit = (unit: string | undefined): boolean =>
	unit !== undefined && !unit.endsWith('.service') && /\.\w+$/.test(unit)

/** `gunicorn` and `gunicorn.service` are one unit. */
const sameUnit = (first: string, second: string): boolean =>
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

/** When a log holds several services, the words by which ours is told; empty when there is but one. */
const ownLabels = (entries: readonly Entry[], unit: string | undefined): ReadonlySet<string> | undefined => {
	const labels = new Set<string>()
	for (const { systemd } of entries) {
		const event = systemd?.event
		if (event !== undefined && (event.kind === 'started' || event.kind === 'starting') && event.unit === undefined)
			labels.add(event.label)
	}
	if (labels.size < 2) return undefined
	const words = ['gunicorn', ...(unit === undefined ? [] : [unit.replace(/\.service$/, '').toLowerCase()])]
	const own = [...labels].filter((label) => words.some((word) => label.toLowerCase().includes(word)))
	return own.length === 0 ? undefined : new Set(own)
}

/** Joins each line with what it says; lines of systemd about another unit are left out. */
export const readEntries = (lines: readonly LogLine[], unit?: string): readonly Entry[] => {
	const sockets = socketLabels(lines)
	const entries: Entry[] = []
	lines.forEach((line, position) => {
		const systemd = isGunicornRecord(line.text) ? undefined : readSystemdLine(line)
		if (systemd === undefined) {
			entries.push({ line, position, gunicorn: readGunicornLine(line.text) })
			return
		}
		if (isSocketUnit(systemd.unit)) return
		if (unit !== undefined && systemd.unit !== undefined && !sameUnit(systemd.unit, unit)) return
		if ('label' in systemd.event && sockets.has(systemd.event.label)) return
		entries.push({ line, position, systemd })
	})
	const labels = ownLabels(entries, unit)
	if (labels === undefined) return entries
	return entries.filter(({ systemd }) => {
		const event = systemd?.event
		return event === undefined || !('label' in event) || event.unit !== undefined || labels.has(event.label)
	})
}

const isExecutorLine = ({ systemd }: Entry): boolean => {
	const kind = systemd?.event.kind
	return kind === 'step' || kind === 'execute' || kind === 'preparation'
}

/** Cuts a log where the service was started anew. The last invocation is the present one. */
export const splitInvocations = (entries: readonly Entry[]): readonly Invocation[] => {
	const drafts: Draft[] = []
	let current = draft()
	let restarting = false
	const begin = (): void => {
		if (current.entries.length > 0) drafts.push(current)
		current = { ...draft(), begun: true, automatic: restarting }
		restarting = false
	}
	for (const entry of entries) {
		const event = entry.systemd?.event
		if (event !== undefined) {
			const executorCameFirst = current.executorOnly && current.entries.length > 0 && !current.ended
			if (event.kind === 'starting') {
				if (executorCameFirst) current.begun = true
				else begin()
				current.opening = true
			} else if (event.kind === 'started') {
				if (!current.opening && !executorCameFirst) begin()
				current.opening = false
				current.begun = true
			} else if ((isExecutorLine(entry) || event.kind === 'environment-files') && current.ended) begin()
			else if (event.kind === 'restart') restarting = true
			if (event.kind === 'stopped' || event.kind === 'deactivated' || event.kind === 'result') current.ended = true
			if (event.kind === 'exited' && event.process === 'main') current.ended = true
			if (event.kind === 'start-failed') current.opening = false
		} else if (entry.gunicorn?.event.kind === 'banner') {
			const continues = current.begun && !current.banner && !current.ended
			if (!continues) begin()
			current.banner = true
		}
		if (!isExecutorLine(entry)) current.executorOnly = false
		current.entries.push(entry)
	}
	drafts.push(current)
	return drafts.map(({ entries: own, begun, automatic }) => ({ entries: own, begun, automatic }))
}

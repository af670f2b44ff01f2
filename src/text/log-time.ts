/** Times as logs write them, turned into epoch seconds. Nothing here reads a clock. */

const months: ReadonlyMap<string, number> = new Map(
	['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, index) => [
		name,
		index,
	]),
)

/** `+0530`, `-05:00`, `+05`, `Z`, `UTC` as seconds east of Greenwich. */
export function offsetSeconds(text: string | undefined): number | undefined {
	if (text === undefined) return undefined
	const offset = text.trim()
	if (/^(?:Z|UTC|GMT)$/i.test(offset)) return 0
	const match = /^([+-])(\d\d):?(\d\d)?$/.exec(offset)
	if (match === null) return undefined
	const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60
	return match[1] === '-' ? -seconds : seconds
}

/** Times as they are written, each with the names of its parts. The zone may be left out. */
const DATE_TIME =
	/(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[T ](?<clock>\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?(?: ?(?<zone>Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)(?![\w:]))?/
const NGINX = /^(?<year>\d{4})\/(?<month>\d\d)\/(?<day>\d\d) (?<clock>\d\d:\d\d:\d\d)/
const ACCESS_LOG = /^(?<day>\d\d)\/(?<month>[A-Z][a-z]{2})\/(?<year>\d{4}):(?<clock>\d\d:\d\d:\d\d) (?<zone>[+-]\d{4})/
const HTTP =
	/^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<clock>\d\d:\d\d:\d\d) (?<zone>GMT)$/
const KERNEL = /^\[[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?<clock>\d\d:\d\d:\d\d) (?<year>\d{4})\]/
const SYSLOG = /^(?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?<clock>\d\d:\d\d:\d\d)/

/** A time that was read: seconds in its own zone, and that zone where it is told. */
interface ReadTime {
	readonly local: number
	readonly zone: number | undefined
}

/** Reads a time; undefined when the text has none, or one that no calendar has. `near`: of the year that it leaves out. */
function readTime(format: RegExp, text: string, near?: number): ReadTime | undefined {
	const { year = near, month = '', day, clock = '', zone } = format.exec(text)?.groups ?? {}
	const [hour = 24, minute = 60, second = 61] = clock.split(':').map(Number)
	const index = /\d/.test(month) ? Number(month) - 1 : (months.get(month.toLowerCase()) ?? -1)
	const isDate = index >= 0 && index < 12 && Number(day) >= 1 && Number(day) <= 31
	if (!isDate || hour >= 24 || minute >= 60 || second >= 61) return undefined
	return { local: Date.UTC(Number(year), index, Number(day), hour, minute, second) / 1000, zone: offsetSeconds(zone) }
}

function utcOf(time: ReadTime | undefined, offset?: number): number | undefined {
	const zone = time?.zone ?? offset
	return time === undefined || zone === undefined ? undefined : time.local - zone
}

/** Seconds since 1970 of a date and time with a numeric zone or UTC (`2026-11-21 09:02:30 +0000`), if there is one. */
export function epochOf(text: string): number | undefined {
	return utcOf(readTime(DATE_TIME, text))
}

/** `2020/01/08 18:13:50`, nginx's error log: local time without an offset. The result is as if it were UTC. */
export function nginxLocalTime(text: string): number | undefined {
	return readTime(NGINX, text)?.local
}

/** `08/Jan/2020:18:13:50 +0000`, access logs. */
export function accessLogTime(text: string): number | undefined {
	return utcOf(readTime(ACCESS_LOG, text))
}

/** `Tue, 21 Nov 2025 09:00:00 GMT`, HTTP's Date. */
export function httpTime(text: string): number | undefined {
	return utcOf(readTime(HTTP, text))
}

export interface LocalClock {
	/** Seconds east of Greenwich of times that carry no offset. */
	readonly offset: number | undefined
	/** Epoch seconds near which the log was written: gives the year to times that have none. */
	readonly near: number | undefined
}

/**
 * The time a journal or kernel line begins with: `2025-11-21T09:00:01+0000` (short-iso),
 * `Nov 21 09:00:01` (syslog), `[Fri Nov 21 09:00:01 2025]` (dmesg -T). Undefined when it has none, or none that
 * can be placed (seconds since boot, no offset known).
 */
export function lineTime(text: string, { offset, near }: LocalClock): number | undefined {
	const dated = /^\[?\d{4}-/.test(text) ? readTime(DATE_TIME, text.slice(0, 60)) : readTime(KERNEL, text)
	if (dated !== undefined) return utcOf(dated, offset)
	const year = new Date((near ?? Number.NaN) * 1000).getUTCFullYear()
	if (offset === undefined || near === undefined || !Number.isFinite(year)) return undefined
	const times = [year - 1, year, year + 1]
		.map((guess) => utcOf(readTime(SYSLOG, text, guess), offset))
		.filter((time) => time !== undefined)
	return times.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near))[0]
}

/** Seconds of a syslog time (`Nov 21 09:30:32`, `2026-11-21 09:30:32`) within its month, or of one since boot. */
export function clockSeconds(text: string): number | undefined {
	const parts = /(\d{1,2}) (\d\d):(\d\d):(\d\d)/.exec(text)
	if (parts === null) return Number(/^\[ {0,12}(\d{1,12})\./.exec(text)?.[1] ?? Number.NaN) || undefined
	const [day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number)
	return ((day * 24 + hour) * 60 + minute) * 60 + second
}

/** True for the times of a log whose newest line comes first (`journalctl -r`, `tac`). */
export function newestFirst(times: readonly (number | undefined)[]): boolean {
	let previous: number | undefined
	let fallen = 0
	let risen = 0
	let falls = 0
	for (const time of times) {
		if (time === undefined) continue
		const step = previous === undefined ? 0 : time - previous
		if (step < 0) {
			fallen -= step
			falls += 1
		} else risen += step
		previous = time
	}
	// In any log two processes that write at once may be a second out of order, and one fall may be a clock that was set.
	return falls >= 2 && fallen >= 2 && fallen > risen * 3
}

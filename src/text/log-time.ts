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

/** A date, a time and, in most logs, a zone: `2026-11-21 09:02:30 +0000`, `2026-11-21T09:02:30.123456Z`. */
const DATE_TIME =
	/(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d{1,9})?(?: ?(Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)(?![\w:]))?/

/** What `DATE_TIME` found, as seconds in its own zone, and that zone where it is told. */
function readDateTime(text: string): { readonly local: number; readonly zone: number | undefined } | undefined {
	const match = DATE_TIME.exec(text)
	if (match === null) return undefined
	const local = utcSeconds(Number(match[1]), Number(match[2]) - 1, Number(match[3]), [match[4], match[5], match[6]])
	return local === undefined ? undefined : { local, zone: offsetSeconds(match[7]) }
}

/** Seconds since 1970 of a date and time with a numeric zone or UTC (`2026-11-21 09:02:30 +0000`), if there is one. */
export function epochOf(text: string): number | undefined {
	const found = readDateTime(text)
	return found?.zone === undefined ? undefined : found.local - found.zone
}

/** Epoch seconds of the parts of a time in UTC, or undefined when they name no time. `month` counts from 0. */
function utcSeconds(
	year: number,
	month: number | undefined,
	day: number,
	clock: readonly [string | undefined, string | undefined, string | undefined],
): number | undefined {
	const [hour, minute, second] = clock.map(Number)
	if (month === undefined || month < 0 || month > 11 || day < 1 || day > 31) return undefined
	if (hour === undefined || minute === undefined || second === undefined) return undefined
	if (!(hour < 24 && minute < 60 && second < 61)) return undefined
	return Date.UTC(year, month, day, hour, minute, second) / 1000
}

/** `2020/01/08 18:13:50`, nginx's error log: local time without an offset. The result is as if it were UTC. */
export function nginxLocalTime(text: string): number | undefined {
	const match = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)/.exec(text)
	if (match === null) return undefined
	return utcSeconds(Number(match[1]), Number(match[2]) - 1, Number(match[3]), [match[4], match[5], match[6]])
}

/** `08/Jan/2020:18:13:50 +0000`, access logs. */
export function accessLogTime(text: string): number | undefined {
	const match = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})/.exec(text)
	if (match === null) return undefined
	const local = utcSeconds(Number(match[3]), months.get((match[2] ?? '').toLowerCase()), Number(match[1]), [
		match[4],
		match[5],
		match[6],
	])
	const offset = offsetSeconds(match[7])
	return local === undefined || offset === undefined ? undefined : local - offset
}

/** `Tue, 21 Nov 2025 09:00:00 GMT`, HTTP's Date. */
export function httpTime(text: string): number | undefined {
	const match = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text)
	if (match === null) return undefined
	return utcSeconds(Number(match[3]), months.get((match[2] ?? '').toLowerCase()), Number(match[1]), [
		match[4],
		match[5],
		match[6],
	])
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
export function lineTime(text: string, clock: LocalClock): number | undefined {
	const dated = /^\[?\d{4}-/.test(text) ? readDateTime(text.slice(0, 60)) : undefined
	if (dated !== undefined) {
		const offset = dated.zone ?? clock.offset
		return offset === undefined ? undefined : dated.local - offset
	}
	const ctime = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})\]/.exec(text)
	if (ctime !== null) {
		const month = months.get((ctime[1] ?? '').toLowerCase())
		const local = utcSeconds(Number(ctime[6]), month, Number(ctime[2]), [ctime[3], ctime[4], ctime[5]])
		return local === undefined || clock.offset === undefined ? undefined : local - clock.offset
	}
	const syslog = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)/.exec(text)
	if (syslog === null || clock.offset === undefined || clock.near === undefined) return undefined
	return nearestYear(syslog, clock.offset, clock.near)
}

function nearestYear(match: RegExpExecArray, offset: number, near: number): number | undefined {
	const year = new Date(near * 1000).getUTCFullYear()
	if (!Number.isFinite(year)) return undefined
	const month = months.get((match[1] ?? '').toLowerCase())
	const times = [year - 1, year, year + 1]
		.map((guess) => utcSeconds(guess, month, Number(match[2]), [match[3], match[4], match[5]]))
		.filter((time) => time !== undefined)
		.map((time) => time - offset)
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

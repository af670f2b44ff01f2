import { cutLines, withoutGuesses } from '../../text/cut-lines.ts'
import { createFactSheet, type FactSheet } from '../../text/fact-sheet.ts'
import { readLogLines } from '../../text/log-line.ts'
import type { FactSchema, Facts, OutputLine, Parsed, Parser } from '../../text/parser.ts'
import { readTracebacks } from '../python/traceback-lines.ts'
import { type Entry, type Invocation, readEntries, splitInvocations } from '../systemd/invocation.ts'
import { type Diagnosis, knownApp } from './diagnosis.ts'
import type { Failure } from './failure.ts'
import { type Finding, judgeInvocation, type RuntimeFinding, type Verdict } from './judge-invocation.ts'

export const JOURNAL_FACTS = {
	/** Lines of the present invocation. */
	lines: 'int',
	totalLines: 'int',
	/** Nothing was logged. */
	empty: 'bool',
	/** Who asked may not read the journal. */
	noPermission: 'bool',
	/** How often the service was started, as far back as the log goes. */
	starts: 'int',
	started: 'bool',
	/** systemd waits for the service to say that it is ready. */
	starting: 'bool',
	version: 'string',
	workerClass: 'string',
	/** The first address that it listens on: `unix:/run/g.sock`, `127.0.0.1:8000`. */
	listening: 'string',
	listenings: 'list<string>',
	listenPid: 'int',
	/** Workers that were started. */
	booted: 'int',
	/** It listens, a worker was started, and it did not end since. */
	ready: 'bool',
	failed: 'bool',
	/** A cause id; `none`: no failure is told; `unexplained`: it failed, and the log does not say why. */
	failure: 'string',
	/** The failure is one of a service that went on running. */
	duringRequest: 'bool',
	exception: 'string',
	message: 'string',
	module: 'string',
	attribute: 'string',
	variable: 'string',
	path: 'string',
	/** The app's own file nearest to the error, and the line in it. */
	file: 'string',
	line: 'int',
	address: 'string',
	errno: 'int',
	/** The main process's exit status and its name (`203`, `EXEC`). */
	exitStatus: 'int',
	exitName: 'string',
	signal: 'string',
	result: 'string',
	/** When the deciding line was written, as it stands there; its epoch where it carries a zone; its number. */
	time: 'string',
	epoch: 'int',
	deciding: 'int',
	/** systemd could not run the program. */
	execFailed: 'bool',
	execPath: 'string',
	execErrno: 'int',
	/** The program was found, and yet could not be run: its interpreter is missing. Absent before systemd 248. */
	execLocated: 'bool',
	stopped: 'bool',
	/** The main process ended with success though nobody asked it to: it went to the background, or had nothing to do. */
	endedItself: 'bool',
	/** The reason was taken from the start before, which ended in the same way. */
	carried: 'bool',
	/** Somebody sent the signal by `systemctl kill`. */
	killedByHand: 'bool',
	startLimitHit: 'bool',
	restarts: 'int',
	restarting: 'bool',
	/** A failure lies in the past, and a good start or `since` lies between. */
	old: 'bool',
	oldFailure: 'string',
	oldTime: 'string',
	workerTimeouts: 'int',
	workersKilled: 'int',
	oomKilled: 'bool',
	workerCrashes: 'int',
	/** The worker that the failure was about. */
	pid: 'int',
	requestErrors: 'int',
	/** The request on which it failed, or that took too long. */
	requestPath: 'string',
} as const satisfies FactSchema

export const JOURNAL_ARGS = {
	since: 'int',
	unit: 'string',
	module: 'string',
	app: 'string',
} as const satisfies FactSchema

const NO_PERMISSION =
	/insufficient permissions|not seeing messages from other users|Permission denied.{0,40}journal|No journal files were (?:opened|found)/i

/** What ended the process, when no line names the reason. */
const endingFailure = (verdict: Verdict, automatic: boolean): Failure | 'unexplained' => {
	const { exit, clientKill, startLimit, result, oom } = verdict
	if (oom) return 'workers-killed'
	if (clientKill) return 'service-stopped'
	if (exit !== undefined && exit.value.code !== 'exited') {
		if (exit.value.status === 9 && result?.value !== 'timeout') return 'workers-killed'
		if ([4, 6, 7, 8, 11].includes(exit.value.status)) return 'worker-crash'
		if (exit.value.status === 15) return 'service-stopped'
	}
	if (verdict.execFailed) return 'unexplained'
	return startLimit === undefined && !automatic ? 'unexplained' : 'crash-loop'
}

interface Judged {
	readonly invocation: Invocation
	readonly verdict: Verdict
}

interface Present {
	readonly failure: Failure | 'none' | 'unexplained'
	readonly finding?: RuntimeFinding
	readonly at?: Entry
	readonly duringRequest: boolean
}

const BREAKS_REQUESTS: ReadonlySet<Failure> = new Set([
	'worker-timeout',
	'workers-killed',
	'worker-crash',
	'asgi-app',
	'disk-full',
])

const isFresh = (finding: Finding, since: number | undefined): boolean =>
	since === undefined || finding.at.line.epoch === undefined || finding.at.line.epoch >= since

/** What an invocation's state is now; `since` leaves out what a running service did before. */
const presentOf = ({ verdict, invocation }: Judged, since: number | undefined): Present => {
	if (verdict.startFailure !== undefined) {
		return {
			failure: verdict.startFailure.diagnosis.failure,
			finding: verdict.startFailure,
			at: verdict.startFailure.at,
			duringRequest: false,
		}
	}
	const ending = verdict.exit?.at ?? verdict.result?.at ?? verdict.dead
	if (
		verdict.stopped !== undefined &&
		verdict.exit === undefined &&
		(verdict.result === undefined || verdict.result.value === 'success')
	) {
		return { failure: 'service-stopped', at: verdict.stopped, duringRequest: false }
	}
	if (ending !== undefined && verdict.dead !== undefined)
		return { failure: endingFailure(verdict, invocation.automatic), at: ending, duringRequest: false }
	const fresh = verdict.runtime.filter((finding) => isFresh(finding, since))
	const last = fresh.findLast((finding) => BREAKS_REQUESTS.has(finding.diagnosis.failure)) ?? fresh.at(-1)
	if (last === undefined) return { failure: 'none', duringRequest: false }
	const timeout = verdict.timeouts.findLast((finding) => finding.at === last.at)
	return { failure: last.diagnosis.failure, finding: timeout ?? last, at: last.at, duringRequest: true }
}

const isReady = (verdict: Verdict): boolean =>
	verdict.listening !== undefined &&
	verdict.booted.length > 0 &&
	verdict.dead === undefined &&
	verdict.startFailure === undefined

const sayDiagnosis = (sheet: FactSheet, diagnosis: Diagnosis, lines: readonly number[]): void => {
	const { failure: _failure, ...told } = diagnosis
	for (const [name, value] of Object.entries(told)) sheet.set(name, value, ...lines)
}

/**
 * Facts of a Gunicorn service's log, or of Gunicorn's own; also of the tail that `systemctl status` shows. `cut`: numbers
 * of lines that are not there in full, be they of this log or not.
 */
export const readGunicornLog = (lines: readonly OutputLine[], args: Facts, cut = cutLines(lines)): Parsed =>
	lines.some(({ number }) => cut.has(number))
		? withoutGuesses(readWholeLog(lines, args), cut)
		: readWholeLog(lines, args)

const readWholeLog = (lines: readonly OutputLine[], args: Facts): Parsed => {
	const sheet = createFactSheet()
	const log = readLogLines(lines).filter(({ text }) => text.trim() !== '')
	const hint = lines.find(({ text }) => NO_PERMISSION.test(text))
	sheet.set('totalLines', log.length)
	if (hint !== undefined) sheet.set('noPermission', true, hint.number)
	const none = lines.find(({ text }) => text.startsWith('-- No entries --'))
	if (log.length === 0 || none !== undefined) {
		if (hint === undefined && (none !== undefined || lines.length > 0)) sheet.set('empty', true, none?.number)
		return sheet.parsed()
	}
	const unit = typeof args.unit === 'string' ? args.unit : undefined
	const since = typeof args.since === 'number' ? args.since : undefined
	const entries = readEntries(log, unit)
	if (
		!entries.some(
			({ systemd, gunicorn }) =>
				systemd !== undefined ||
				(gunicorn !== undefined && (gunicorn.event.kind !== 'other' || gunicorn.pid !== undefined)),
		) &&
		!log.some(({ text }) => text.includes('Traceback (most recent call last)'))
	) {
		return sheet.parsed()
	}
	sheet.set('empty', false)
	const known = knownApp(args)
	const tracebacks = new Map(
		readTracebacks(
			log.map((line) =>
				line.pid === undefined
					? { number: line.number, text: line.text }
					: { number: line.number, text: line.text, key: line.pid },
			),
		).map((traceback) => [traceback.to, traceback] as const),
	)
	const verdicts = splitInvocations(entries).map((invocation) => ({
		invocation,
		verdict: judgeInvocation(invocation, tracebacks, known),
	}))
	const last = verdicts.at(-1)
	if (last === undefined) return sheet.parsed()
	const { verdict, invocation } = last
	const ready = isReady(verdict)

	sheet.set('lines', invocation.entries.length)
	sheet.set(
		'starts',
		verdicts.filter(
			(one) => one.verdict.started !== undefined || one.verdict.opening !== undefined || one.invocation.begun,
		).length,
	)
	// A log that was cut off may have lost the start.
	if (verdict.started !== undefined || invocation.begun)
		sheet.set('started', verdict.started !== undefined, verdict.started?.line.number)
	sheet.set('starting', verdict.opening !== undefined && verdict.dead === undefined, verdict.opening?.line.number)
	sheet.set('version', verdict.version?.value, verdict.version?.at.line.number)
	sheet.set('workerClass', verdict.workerClass?.value, verdict.workerClass?.at.line.number)
	if (verdict.listening !== undefined) {
		const { value, at } = verdict.listening
		sheet.set('listening', value[0], at.line.number)
		sheet.set('listenings', value, at.line.number)
		sheet.set('listenPid', verdict.listenPid, at.line.number)
	}
	if (verdict.booted.length > 0 || invocation.begun)
		sheet.set('booted', verdict.booted.length, ...verdict.booted.slice(0, 20).map((entry) => entry.line.number))
	// A log whose beginning was cut off does not tell that Gunicorn listens.
	if (ready) sheet.set('ready', true, verdict.listening?.at.line.number, verdict.booted[0]?.line.number)
	else if (verdict.dead !== undefined || verdict.startFailure !== undefined || verdict.version !== undefined)
		sheet.set('ready', false, verdict.dead?.line.number)

	let present = presentOf(last, since)
	let blamed = verdict
	const earlier = verdicts.slice(0, -1)
	// A start that systemd repeats after a failure, and that says nothing yet, is the same failure still.
	if (present.failure === 'none' && !ready && invocation.automatic) {
		const before = earlier.findLast((one) => presentOf(one, since).failure !== 'none')
		if (before !== undefined) {
			present = presentOf(before, since)
			blamed = before.verdict
		}
	}
	// The journal now and then loses the lines of a process that is gone at once. The start before, which ended
	// in the same way, has them.
	if (present.failure === 'unexplained' && blamed.execFailed) {
		const others = earlier.findLastIndex((one) => !one.verdict.execFailed)
		const before = earlier.slice(others + 1).findLast((one) => presentOf(one, since).failure !== 'unexplained')
		if (before !== undefined) {
			present = presentOf(before, since)
			blamed = before.verdict
			sheet.set('carried', true)
		}
	}
	sayPresent(sheet, present, blamed)
	if (verdict.dead !== undefined) sheet.set('endedItself', verdict.endedItself, verdict.stopped?.line.number)
	saySystemd(sheet, blamed, entries, verdict)
	sayRuntime(sheet, verdict, since)
	sayOld(sheet, earlier, verdict, present, ready, since)
	return sheet.parsed()
}

const sayPresent = (sheet: FactSheet, present: Present, verdict: Verdict): void => {
	const { failure, finding, at } = present
	const lines = finding?.lines ?? (at === undefined ? [] : [at.line.number])
	sheet.set('failure', failure, ...lines)
	sheet.set('failed', failure !== 'none' && failure !== 'service-stopped' && !present.duringRequest, ...lines)
	sheet.set('duringRequest', present.duringRequest, ...(present.duringRequest ? lines : []))
	if (finding === undefined && failure !== 'none')
		sheet.set('message', verdict.reason?.value, verdict.reason?.at.line.number)
	if (finding !== undefined) {
		sayDiagnosis(sheet, finding.diagnosis, lines)
		sheet.set('pid', finding.pid, ...lines)
		sheet.set('requestPath', finding.request, ...lines)
	}
	if (at !== undefined && failure !== 'none') {
		sheet.set('time', at.line.time, at.line.number)
		sheet.set('epoch', at.line.epoch, at.line.number)
		sheet.set('deciding', lines.at(-1) ?? at.line.number)
	}
	sheet.set('stopped', verdict.stopped !== undefined && failure === 'service-stopped', verdict.stopped?.line.number)
}

const saySystemd = (sheet: FactSheet, verdict: Verdict, entries: readonly Entry[], now: Verdict): void => {
	const { exit, result, execute } = verdict
	if (exit !== undefined) {
		const number = exit.at.line.number
		if (exit.value.code === 'exited') {
			sheet.set('exitStatus', exit.value.status, number)
			if (exit.value.name !== '') sheet.set('exitName', exit.value.name, number)
		} else sheet.set('signal', exit.value.name === '' ? String(exit.value.status) : exit.value.name, number)
	}
	sheet.set('result', result?.value, result?.at.line.number)
	if (exit !== undefined || execute !== undefined)
		sheet.set('execFailed', verdict.execFailed, execute?.at.line.number ?? exit?.at.line.number)
	if (execute !== undefined) {
		if (execute.path !== '') sheet.set('execPath', execute.path, execute.at.line.number)
		sheet.set('execErrno', execute.errno, execute.at.line.number)
		sheet.set('execLocated', execute.located, execute.at.line.number)
	}
	if (verdict.clientKill && verdict.dead !== undefined) sheet.set('killedByHand', true)
	sheet.set('startLimitHit', now.startLimit !== undefined, now.startLimit?.line.number)
	const restarts = entries.filter(({ systemd }) => systemd?.event.kind === 'restart')
	const counted = restarts.at(-1)?.systemd?.event
	if (counted?.kind === 'restart')
		sheet.set('restarts', counted.count >= 0 ? counted.count : restarts.length, restarts.at(-1)?.line.number)
	const final = entries.at(-1)?.systemd?.event.kind
	sheet.set(
		'restarting',
		now.startLimit === undefined &&
			(final === 'restart' || (entries.at(-2)?.systemd?.event.kind === 'restart' && final === 'stopped')),
	)
}

const sayRuntime = (sheet: FactSheet, verdict: Verdict, since: number | undefined): void => {
	const fresh = verdict.runtime.filter((finding) => isFresh(finding, since))
	const count = (name: string, failure: Failure): void => {
		const found = fresh.filter((finding) => finding.diagnosis.failure === failure)
		sheet.set(name, found.length, ...found.slice(-20).map((finding) => finding.at.line.number))
	}
	count('workerTimeouts', 'worker-timeout')
	count('workersKilled', 'workers-killed')
	count('workerCrashes', 'worker-crash')
	sheet.set('oomKilled', verdict.oom)
	const errors = verdict.requestErrors.filter(
		({ line }) => since === undefined || line.epoch === undefined || line.epoch >= since,
	)
	sheet.set('requestErrors', errors.length, ...errors.slice(-20).map(({ line }) => line.number))
}

const sayOld = (
	sheet: FactSheet,
	before: readonly Judged[],
	verdict: Verdict,
	present: Present,
	ready: boolean,
	since: number | undefined,
): void => {
	const stale = verdict.runtime.filter((finding) => !isFresh(finding, since)).at(-1)
	if (stale !== undefined && present.failure === 'none') {
		sheet.set('old', true, stale.at.line.number)
		sheet.set('oldFailure', stale.diagnosis.failure, stale.at.line.number)
		sheet.set('oldTime', stale.at.line.time, stale.at.line.number)
		return
	}
	const past = before
		.map((one) => presentOf(one, undefined))
		.filter(({ failure }) => failure !== 'none' && failure !== 'service-stopped')
	const last = past.at(-1)
	const over = ready || present.failure === 'none' || present.failure === 'service-stopped'
	sheet.set('old', over && last !== undefined, over ? last?.at?.line.number : undefined)
	if (over && last !== undefined) {
		sheet.set('oldFailure', last.failure, last.at?.line.number)
		sheet.set('oldTime', last.at?.line.time, last.at?.line.number)
	}
}

/** `journalctl -u UNIT`, in any output format, or Gunicorn's log alone. */
export const gunicornJournalParser: Parser = {
	name: 'gunicorn-journal',
	summary: "what the journal, or Gunicorn's own log, says of the present invocation",
	facts: JOURNAL_FACTS,
	args: JOURNAL_ARGS,
	parse: ({ lines, args }) => readGunicornLog(lines, args),
}

import { cutLines } from '../../text/cut-lines.ts'
import { createFactSheet, type FactSheet } from '../../text/fact-sheet.ts'
import { readLogLines } from '../../text/log-line.ts'
import {
	bool,
	type FactSchema,
	type Facts,
	int,
	type OutputLine,
	type Parsed,
	type Parser,
	string,
} from '../../text/parser.ts'
import { type Invocation, type LogEntry, readUnitLog, splitInvocations } from './invocation.ts'
import { unitLogText } from './status-tail.ts'
import { errnoOf } from './systemd-line.ts'
import { describeInvocation, endedItself, endedOrderly, hasFailed, type UnitRun } from './unit-run.ts'
import { withoutGuesses } from './whole-lines.ts'

export const JOURNAL_FACTS = {
	lines: int('Lines of the present invocation: from the last start to the end of the log.'),
	empty: bool('Nothing was logged.'),
	noPermission: bool('Who asked may not read the journal; never false.'),
	begun: bool('The beginning of the present invocation stands in the log.'),
	starts: int('How often the unit was started, as far back as the log goes.'),
	started: bool('systemd said that it started the unit.'),
	starting: bool('systemd waits for the unit to be ready, or for what runs before it.'),
	automatic: bool("The present invocation came by systemd's own restart."),
	dead: bool('The main process ended, or never ran.'),
	stopped: bool('It ended orderly: on request, or with success.'),
	endedItself: bool('It ended with success though nobody asked it to; told only of one that is dead.'),
	failed: bool('It ended by a failure, or could not be started.'),
	exitCode: string('How the main process ended, or the control process that failed.', {
		values: ['exited', 'killed', 'dumped'],
	}),
	exitStatus: int('Its exit status, where it exited.'),
	exitName: string("systemd's name of the exit status, such as EXEC, CHDIR, FAILURE."),
	exitProcess: string('Which process that was.', { values: ['main', 'control'] }),
	signal: string('The signal that ended it, without SIG.'),
	result: string("systemd's result of the unit, such as exit-code, signal, timeout, oom-kill, resources."),
	step: string('The preparation that failed before the program could be run, such as CHDIR, USER, NAMESPACE.'),
	stepPath: string('The path that the failed preparation was about.'),
	stepErrno: int('Why it failed: the errno.'),
	execFailed: bool('systemd could not run the program.'),
	execPath: string('The program that it could not run.'),
	execErrno: int('Why it could not run it: the errno.'),
	execLocated: bool('The program was found and could not be run; not told before systemd 248.'),
	environmentFailed: bool('A file of EnvironmentFile= could not be read.'),
	environmentFile: string('That file, where systemd names it.'),
	environmentErrno: int('Why it could not be read: the errno.'),
	refused: bool("systemd refuses the unit's file because of a mistake in it; never false."),
	startTimedOut: bool('The start took longer than systemd waits.'),
	startLimitHit: bool('systemd gave up after too many starts.'),
	restarts: int("systemd's count of restarts, or those that the log shows."),
	restarting: bool('The log ends with a restart that systemd scheduled.'),
	oomKilled: bool('The kernel killed a process of the unit for lack of memory.'),
	killedByHand: bool('Somebody had systemd send the signal that ended it (systemctl kill); never false.'),
	message: string('The line of systemd that decides how it stands.'),
	time: string('When that line was written, as it stands there.'),
	epoch: int('The same in seconds since 1970, where the time carries its zone.'),
	carried: bool('Why the program could not be run is taken from the start before, which ended alike; never false.'),
	old: bool('An earlier invocation failed, and the present one has not.'),
	oldResult: string('The result of that one.'),
	oldExitStatus: int('The exit status of that one.'),
	oldTime: string('When that one ended, as it stands there.'),
} as const satisfies FactSchema

export const JOURNAL_ARGS = {
	unit: string('The unit that the log is about.'),
	since: int('Seconds since 1970: what a unit that goes on running went through before is past.'),
} as const satisfies FactSchema

const NO_PERMISSION =
	/insufficient permissions|not seeing messages from other users|Permission denied.{0,40}journal|No journal files were (?:opened|found)/i

/** What one line tells, whatever stands around it. */
const SEEN: ReadonlySet<string> = new Set([
	...['noPermission', 'exitCode', 'exitStatus', 'exitName', 'exitProcess', 'signal', 'result'],
	...['step', 'stepPath', 'stepErrno', 'execFailed', 'execPath', 'execErrno', 'execLocated', 'failed', 'dead'],
	...['environmentFailed', 'environmentFile', 'environmentErrno', 'startTimedOut', 'startLimitHit', 'restarting'],
	...['oomKilled', 'refused', 'message', 'time', 'epoch'],
])

interface Run {
	readonly invocation: Invocation
	readonly run: UnitRun
}

/** Facts of a unit's log. `cut`: numbers of lines that are not there in full, be they of this log or not. */
export const readJournal = (lines: readonly OutputLine[], args: Facts, cut = cutLines(lines)): Parsed => {
	const parsed = readWholeJournal(lines, args)
	return lines.some(({ number }) => cut.has(number)) ? withoutGuesses(parsed, cut, SEEN) : parsed
}

const readWholeJournal = (lines: readonly OutputLine[], args: Facts): Parsed => {
	const sheet = createFactSheet()
	const log = readLogLines(lines).filter(({ text }) => text.trim() !== '')
	const hint = lines.find(({ text }) => NO_PERMISSION.test(text))
	const none = lines.find(({ text }) => text.startsWith('-- No entries --'))
	if (hint !== undefined) sheet.set('noPermission', true, hint.number)
	if (log.length === 0 || none !== undefined) {
		if (hint === undefined && (none !== undefined || lines.length > 0)) sheet.set('empty', true, none?.number)
		return sheet.parsed()
	}
	const unit = typeof args.unit === 'string' ? args.unit : undefined
	const entries = readUnitLog(log, { unit })
	const isLog = entries.some(({ systemd, line }) => systemd !== undefined || line.ident !== undefined)
	if (!isLog) return sheet.parsed()
	sheet.set('empty', false)
	const runs = splitInvocations(entries).map((invocation) => ({ invocation, run: describeInvocation(invocation) }))
	const present = runs.at(-1)
	if (present === undefined || !entries.some(({ systemd }) => systemd !== undefined)) return sheet.parsed()
	setCourse(sheet, runs, present)
	setEnding(sheet, present, typeof args.since === 'number' ? args.since : undefined)
	setPreparation(sheet, runs, present)
	setRestarts(sheet, entries, present.run)
	setDeciding(sheet, present.run)
	setOld(sheet, runs)
	return sheet.parsed()
}

const setCourse = (sheet: FactSheet, runs: readonly Run[], { invocation, run }: Run): void => {
	sheet.set('lines', invocation.entries.length)
	sheet.set('begun', invocation.begun)
	sheet.set(
		'starts',
		runs.filter((one) => one.run.started !== undefined || one.run.opening !== undefined || one.invocation.begun).length,
	)
	// A log that was cut off may have lost the start.
	if (run.started !== undefined || invocation.begun) sheet.set('started', run.started !== undefined, run.started)
	sheet.set('starting', run.opening !== undefined && run.dead === undefined, run.opening)
	if (invocation.begun) sheet.set('automatic', invocation.automatic)
	sheet.set('dead', run.dead !== undefined, run.dead)
	sheet.set('stopped', endedOrderly(run), run.stopped)
	if (run.dead !== undefined) sheet.set('endedItself', endedItself(run), run.stopped)
}

const isPast = (entry: LogEntry | undefined, since: number | undefined): boolean =>
	since !== undefined && entry?.line.epoch !== undefined && entry.line.epoch < since

const setEnding = (sheet: FactSheet, { run, invocation }: Run, since: number | undefined): void => {
	const { exit, result } = run
	sheet.set('failed', hasFailed(run), exit?.at ?? result?.at ?? run.startLimit ?? run.dead)
	if (exit !== undefined) {
		const { code, status, name, process } = exit.value
		if (code === 'exited' || code === 'killed' || code === 'dumped') sheet.set('exitCode', code, exit.at)
		if (process === 'main' || process === 'control') sheet.set('exitProcess', process, exit.at)
		if (code === 'exited') {
			sheet.set('exitStatus', status, exit.at)
			sheet.set('exitName', name || undefined, exit.at)
		} else sheet.set('signal', name || String(status), exit.at)
	}
	sheet.set('result', resultOf(run), result?.at)
	if (run.refused !== undefined) sheet.set('refused', true, run.refused)
	if (run.startTimeout !== undefined || invocation.begun)
		sheet.set('startTimedOut', run.startTimeout !== undefined, run.startTimeout)
	const oom = run.dead === undefined && isPast(run.oom, since) ? undefined : run.oom
	sheet.set('oomKilled', oom !== undefined, oom)
	if (run.clientKill !== undefined && run.dead !== undefined) sheet.set('killedByHand', true, run.clientKill)
}

/** systemd 219 says `start-limit`. */
const resultOf = ({ result }: UnitRun): string | undefined =>
	result?.value === 'start-limit' ? 'start-limit-hit' : result?.value

/**
 * The journal now and then loses the lines of a process that is gone at once. A start before, of those that ended in the
 * same way without a break, has them.
 */
const executionOf = (runs: readonly Run[]): { readonly execute: UnitRun['execute']; readonly carried: boolean } => {
	const own = runs.at(-1)?.run
	if (own?.execute !== undefined || own?.execFailed !== true) return { execute: own?.execute, carried: false }
	const others = runs.findLastIndex(({ run }) => !run.execFailed)
	const execute = runs.slice(others + 1).findLast(({ run }) => run.execute !== undefined)?.run.execute
	return { execute, carried: execute !== undefined }
}

const setPreparation = (sheet: FactSheet, runs: readonly Run[], { run, invocation }: Run): void => {
	const { exit, step, environment } = run
	const { execute, carried } = executionOf(runs)
	if (exit !== undefined || execute !== undefined) sheet.set('execFailed', run.execFailed, execute?.at ?? exit?.at)
	if (carried) sheet.set('carried', true, execute?.at)
	if (execute !== undefined) {
		sheet.set('execPath', execute.value.path || undefined, execute.at)
		sheet.set('execErrno', errnoOf(execute.value.reason), execute.at)
		sheet.set('execLocated', execute.value.located, execute.at)
	}
	if (step !== undefined) {
		sheet.set('step', step.value.step, step.at)
		if (step.value.path.startsWith('/')) sheet.set('stepPath', step.value.path, step.at)
		sheet.set('stepErrno', errnoOf(step.value.reason), step.at)
	}
	if (environment !== undefined || invocation.begun)
		sheet.set('environmentFailed', environment !== undefined, environment?.at)
	sheet.set('environmentFile', environment?.value.path || undefined, environment?.at)
	sheet.set('environmentErrno', errnoOf(environment?.value.reason ?? ''), environment?.at)
}

const setRestarts = (sheet: FactSheet, entries: readonly LogEntry[], now: UnitRun): void => {
	sheet.set('startLimitHit', now.startLimit !== undefined, now.startLimit)
	const restarts = entries.filter(({ systemd }) => systemd?.writer === 'manager' && systemd.event.kind === 'restart')
	const last = restarts.at(-1)
	if (last?.systemd?.event.kind === 'restart') {
		const { count } = last.systemd.event
		sheet.set('restarts', count >= 0 ? count : restarts.length, last)
	}
	const final = entries.at(-1)?.systemd?.event.kind
	const before = entries.at(-2)?.systemd?.event.kind
	sheet.set(
		'restarting',
		now.startLimit === undefined && (final === 'restart' || (before === 'restart' && final === 'stopped')),
		last,
	)
}

/** The line that says most of how the unit stands: why it was not run, how it ended, that it was stopped. */
const decidingOf = (run: UnitRun): LogEntry | undefined =>
	run.refused ??
	run.execute?.at ??
	run.environment?.at ??
	run.step?.at ??
	run.startTimeout ??
	run.exit?.at ??
	run.result?.at ??
	run.startLimit ??
	run.stopped ??
	run.dead

const setDeciding = (sheet: FactSheet, run: UnitRun): void => {
	const deciding = decidingOf(run)
	if (deciding === undefined) return
	const { text, time, epoch } = deciding.line
	sheet.set('message', text, deciding)
	sheet.set('time', time, deciding)
	sheet.set('epoch', epoch, deciding)
}

const setOld = (sheet: FactSheet, runs: readonly Run[]): void => {
	const now = runs.at(-1)
	if (now === undefined || hasFailed(now.run)) {
		sheet.set('old', false)
		return
	}
	const last = runs.slice(0, -1).findLast(({ run }) => hasFailed(run))?.run
	const at = last === undefined ? undefined : decidingOf(last)
	sheet.set('old', last !== undefined, at)
	if (last === undefined) return
	sheet.set('oldResult', resultOf(last), last.result?.at)
	if (last.exit?.value.code === 'exited') sheet.set('oldExitStatus', last.exit.value.status, last.exit.at)
	sheet.set('oldTime', at?.line.time, at)
}

/** `journalctl -u UNIT` in any output format, or the end of the log in `systemctl status UNIT`. */
export const journalParser: Parser = {
	name: 'journal',
	summary: 'what systemd and the kernel say of a unit in its log',
	facts: JOURNAL_FACTS,
	args: JOURNAL_ARGS,
	parse: ({ lines, args }) => {
		const { log, whole } = unitLogText(lines, typeof args.unit === 'string' ? args.unit : undefined)
		return readJournal(log, args, cutLines(whole))
	},
}

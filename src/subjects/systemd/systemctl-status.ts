import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, list, type OutputLine, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { isSameUnit } from './invocation.ts'
import { JOURNAL_ARGS, JOURNAL_FACTS, journalParser } from './journal.ts'
import { logTailOf, readStatusBlocks, STATUS_HEAD, type StatusBlock } from './status-tail.ts'
import { ACTIVE_STATES, EXIT_CODES, FILE_STATES, LOAD_STATES, setStates } from './unit-states.ts'

const FACTS = {
	unit: string("The unit's name."),
	description: string('What the unit says of itself.'),
	loadState: string("Whether systemd could read the unit's file.", { values: LOAD_STATES }),
	unitFileState: string('Whether the unit is started at boot.', { values: FILE_STATES }),
	fragmentPath: string("The unit's file."),
	dropIns: list('The files that add to it.'),
	activeState: string("The unit's state.", { values: ACTIVE_STATES }),
	subState: string("The unit's state, more closely: running, dead, auto-restart, listening …"),
	result: string('How the last run ended: success, exit-code, signal, timeout, start-limit-hit, oom-kill, resources …'),
	since: string('When it came into this state, as it stands there.'),
	active: bool('The unit does its work.'),
	failed: bool('The unit failed.'),
	restarting: bool('systemd waits to start it again.'),
	enabled: bool('It is started at boot, or by something else that needs no [Install] section.'),
	masked: bool('It is masked: nobody can start it.'),
	notFound: bool('There is no such unit.'),
	needReload: bool('Its file was changed since systemd read it; never false, since the warning may have been lost.'),
	startLimitHit: bool('systemd gave up after too many starts.'),
	mainPid: int('The main process; 0 when it has ended.'),
	mainProcess: string("The main process's name, while it runs."),
	exitCode: string('How the process that is shown ended.', { values: EXIT_CODES }),
	exitStatus: int('Its exit status.'),
	exitName: string("systemd's name of that status: EXEC, CHDIR, USER, FAILURE …"),
	signal: string('The signal that ended it, without SIG.'),
	execStart: string('The command line that was run, when systemd shows it whole.'),
	triggeredBy: list('The socket units that start it.'),
	notAccessible: bool('systemd could not be asked (no bus, no permission); never false.'),
	/** What the end of its log tells. */
	log: JOURNAL_FACTS,
} as const satisfies FactSchema

const NOT_FOUND = /^Unit ([\w@:.\\-]{1,250}) could not be found\.?$/
const CHANGED = /^Warning: .{0,200}changed on disk|^Warning: (?:Unit file|The unit file).{0,250}changed on disk/
const DENIED =
	/Failed to connect to bus|Failed to get (?:properties|journal)|Access denied|System has not been booted with systemd|Connection timed out/

/** `systemctl status UNIT…`, as people read it. */
export const systemctlStatusParser = plainParser({
	name: 'systemctl-status',
	summary: 'the state of a unit, and the tail of its log',
	facts: FACTS,
	args: JOURNAL_ARGS,
	read(sheet, lines, input) {
		const wanted = textArg(input.args, 'unit')
		const blocks = readStatusBlocks(lines)
		const [first] = blocks
		const block =
			wanted === undefined
				? first
				: (blocks.find(({ unit }) => isSameUnit(unit, wanted)) ?? (blocks.length === 1 ? first : undefined))
		const at = lines.findIndex(({ number }) => number === first?.lines[0]?.number)
		const outside = at < 0 ? lines : lines.slice(0, at)
		const denied = outside.find(({ text }) => DENIED.test(text))
		if (denied !== undefined) sheet.set('notAccessible', true, denied)
		if (block === undefined) {
			setMissing(sheet, lines, wanted)
			return
		}
		const head = block.lines[0]
		sheet.set('unit', block.unit, head)
		sheet.set('description', STATUS_HEAD.exec(head?.text ?? '')?.[2], head)
		// The warning goes to standard error, which may not be here: its absence tells nothing.
		const changed = lines.find(({ text }) => CHANGED.test(text) && (wanted === undefined || text.includes(block.unit)))
		if (changed !== undefined) sheet.set('needReload', true, changed)
		setFields(sheet, bodyOf(block))
		if (logTailOf(block).some(({ text }) => text.trim() !== '')) {
			sheet.nest('log', journalParser.parse({ ...input, lines, args: { ...input.args, unit: block.unit } }))
		}
	},
})

const setMissing = (sheet: FactSheet, lines: readonly OutputLine[], wanted: string | undefined): void => {
	const unitOf = (line: OutputLine | undefined): string | undefined => NOT_FOUND.exec(line?.text ?? '')?.[1]
	const missing = lines.find((line) => {
		const unit = unitOf(line)
		return unit !== undefined && (wanted === undefined || isSameUnit(unit, wanted))
	})
	if (missing === undefined) return
	sheet.set('unit', unitOf(missing), missing)
	for (const name of ['active', 'failed', 'restarting', 'enabled', 'masked']) sheet.set(name, false, missing)
	sheet.set('notFound', true, missing)
	sheet.set('loadState', 'not-found', missing)
	sheet.set('activeState', 'inactive', missing)
}

/** The lines with a label, up to the empty line before the log. */
const bodyOf = ({ lines }: StatusBlock): readonly OutputLine[] => {
	const gap = lines.findIndex((line, index) => index > 0 && line.text.trim() === '')
	return lines.slice(1, gap < 0 ? undefined : gap)
}

const setFields = (sheet: FactSheet, body: readonly OutputLine[]): void => {
	for (const line of body) {
		const labelled = /^\s{0,16}([A-Z][\w ]{1,20}): (.*)$/.exec(line.text)
		const [, label, content = ''] = labelled ?? []
		const value = content.trim()
		if (label === 'Loaded') setLoaded(sheet, value, line)
		else if (label === 'Active') setActive(sheet, value, line)
		else if (label === 'Main PID') setMain(sheet, value, line)
		else if (label === 'Process') setProcess(sheet, value, line)
	}
	setDropIns(sheet, body)
	setTriggers(sheet, body)
}

const setLoaded = (sheet: FactSheet, value: string, line: OutputLine): void => {
	const state = LOAD_STATES.find((one) => one === /^([\w-]{1,20})/.exec(value)?.[1])
	sheet.set('loadState', state, line)
	const inside = /\(([^)]{0,600})\)/.exec(value)?.[1] ?? ''
	const parts = inside.split('; ')
	if (parts[0]?.startsWith('/')) sheet.set('fragmentPath', parts[0], line)
	const file = FILE_STATES.find((one) => parts.includes(one))
	sheet.set('unitFileState', file ?? (state === 'masked' ? 'masked' : undefined), line)
	const word = file === undefined ? undefined : { value: file, line }
	setStates(sheet, { load: { value: state ?? '', line }, file: word })
}

const setActive = (sheet: FactSheet, value: string, line: OutputLine): void => {
	const state = /^([\w-]{1,20})(?: \(([^)]{1,60})\))?/.exec(value)
	const activeState = ACTIVE_STATES.find((one) => one === state?.[1])
	if (activeState === undefined) return
	const subState = state?.[2] ?? ''
	sheet.set('activeState', activeState, line)
	if (subState !== '' && !subState.startsWith('Result:')) sheet.set('subState', subState, line)
	else if (activeState === 'failed') sheet.set('subState', 'failed', line)
	const result = /\(Result: ([\w-]{1,40})\)/.exec(value)?.[1]
	sheet.set('result', result, line)
	const wordOf = (value: string) => ({ value, line })
	setStates(sheet, { active: wordOf(activeState), sub: wordOf(subState), result: wordOf(result ?? '') })
	sheet.set('since', / since ([^;]{5,60});/.exec(value)?.[1], line)
}

/** `(code=exited, status=203/EXEC)` behind a process that has ended. */
const endOf = (value: string): string | undefined => /\((code=[^()]{1,200})\)\s*$/.exec(value)?.[1]

const setMain = (sheet: FactSheet, value: string, line: OutputLine): void => {
	const pid = /^(\d{1,10})/.exec(value)?.[1]
	const end = endOf(value)
	if (pid !== undefined) {
		// A main process that has ended leaves its number behind.
		sheet.set('mainPid', end === undefined ? Number(pid) : 0, line)
		if (end === undefined) sheet.set('mainProcess', /\(([^()]{1,60})\)/.exec(value)?.[1], line)
	}
	setEnd(sheet, end, line)
}

const setProcess = (sheet: FactSheet, value: string, line: OutputLine): void => {
	const exec = /ExecStart=(.*?) \(code=[^()]{1,200}\)\s*$/.exec(value)?.[1]
	if (exec === undefined) return
	if (!exec.includes('…')) sheet.set('execStart', exec, line)
	setEnd(sheet, endOf(value), line)
}

const setEnd = (sheet: FactSheet, end: string | undefined, line: OutputLine): void => {
	if (end === undefined) return
	const code = /^code=(\w{1,20})/.exec(end)?.[1] ?? ''
	if (EXIT_CODES.some((one) => one === code)) sheet.set('exitCode', code, line)
	const [, status, name] = /status=(\d{1,3})(?:\/([\w-]{1,40}))?/.exec(end) ?? []
	sheet.set('exitStatus', Number(status), line)
	sheet.set('exitName', name, line)
	sheet.set('signal', /signal=(\w{1,20})/.exec(end)?.[1], line)
}

/** Below `Drop-In: FOLDER` stand the files of that folder, and then perhaps another folder. */
const setDropIns = (sheet: FactSheet, body: readonly OutputLine[]): void => {
	const start = body.findIndex(({ text }) => /^\s*Drop-In: /.test(text))
	const head = body[start]
	if (head === undefined) return
	let folder = head.text.slice(head.text.indexOf(': ') + 2).trim()
	const found: { readonly path: string; readonly line: OutputLine }[] = []
	for (const line of body.slice(start + 1)) {
		if (/^\s{0,16}[A-Z][\w ]{1,20}: /.test(line.text)) break
		const value = line.text.trim()
		if (value.startsWith('/')) folder = value
		else {
			const names = value.replace(/^(?:[└├]─|[|`]-)/, '').split(', ')
			found.push(...names.map((name) => ({ path: name.startsWith('/') ? name : `${folder}/${name}`, line })))
		}
	}
	if (found.length > 0) sheet.list('dropIns', found, ({ path }) => path)
}

const setTriggers = (sheet: FactSheet, body: readonly OutputLine[]): void => {
	const first = body.findIndex(({ text }) => /^\s{0,16}TriggeredBy: /.test(text))
	if (first < 0) {
		sheet.set('triggeredBy', [])
		return
	}
	const named = body.slice(first).filter(({ text }, index) => index === 0 || /^\s{8,}\S \S+\.socket$/.test(text))
	const units = named.flatMap(({ text }) => text.match(/[\w@:.\\-]{1,200}\.socket/g) ?? [])
	sheet.set('triggeredBy', units, ...named)
}

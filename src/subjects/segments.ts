import type { OutputLine } from '../text/parser.ts'
import { kindOfCommand, type OutputKind, outputKinds, unitOfCommand } from './output-kinds.ts'
import { completeErrorLine, type Sign, statusOfPage, unitOfJournalLine, writerOf } from './output-signs.ts'

/** One output of one command, as it was found in a paste. */
export interface Segment {
	readonly kind: OutputKind
	/** Names of the parsers that read it. */
	readonly parsers: readonly string[]
	/** Prefixes are taken off; numbers are those of the paste. */
	readonly lines: readonly OutputLine[]
	/** The command, when the paste shows it, without `sudo`. */
	readonly command?: string
	/** A word that the command has in it which prints this. */
	readonly program?: string
	/** The systemd unit that it is about. */
	readonly unit?: string
	/** The file that it is about. */
	readonly path?: string
	/** Taken out of another segment: the log's tail in `systemctl status`. */
	readonly within?: OutputKind
}

/** Lines that stand together in a paste, before it is settled what they are. */
export interface Draft {
	kind: Sign['kind']
	readonly lines: OutputLine[]
	/** The same object in all drafts below one prompt: a command that was typed twice has two outputs. */
	readonly typed: { readonly command: string } | undefined
	subject: string | undefined
	/** Blank lines at its end. */
	blanks: number
	/** Open braces, for nginx's configuration. */
	depth: number
}

/** Outputs in which lines may be left out, with prose between them. */
const LOGS: ReadonlySet<Sign['kind']> = new Set([
	'journal',
	'gunicorn-log',
	'nginx-error-log',
	'nginx-access-log',
	'kernel-log',
])

/** The outputs that the drafts come to. */
export function segmentsOf(drafts: readonly Draft[]): readonly Segment[] {
	return merged(drafts).flatMap(outputsOf)
}

/** Pieces of one output with prose between them. */
function merged(drafts: readonly Draft[]): readonly Draft[] {
	const result: Draft[] = []
	for (const draft of drafts) {
		const last = result.at(-1)
		const isTest = last !== undefined && isTestOutput(last, draft)
		if (last === undefined || !(isTest || joins(last, draft))) {
			result.push(draft)
			continue
		}
		if (isTest) last.kind = 'nginx-test'
		for (const line of draft.lines) last.lines.push(line)
	}
	return result
}

const JOINED: ReadonlySet<Sign['kind']> = new Set([...LOGS, 'nginx-site', 'http-codes', 'processes', 'listeners'])

function joins(last: Draft, next: Draft): boolean {
	if (last.kind !== next.kind || !JOINED.has(next.kind)) return false
	// Sockets of several kinds are listed by several commands.
	return last.typed === next.typed || next.kind === 'listeners'
}

/** What `nginx -t` objects to looks like lines of the error log. */
function isTestOutput(log: Draft, test: Draft): boolean {
	return (
		log.kind === 'nginx-error-log' &&
		test.kind === 'nginx-test' &&
		log.typed === test.typed &&
		log.lines.every(({ text }) => /^\S+ \S+ \[(?:emerg|alert|crit|warn)\] /.test(text) && !text.includes(', client: '))
	)
}

function outputsOf(draft: Draft): readonly Segment[] {
	const { lines, typed, subject } = draft
	const command = typed?.command
	switch (draft.kind) {
		case 'journal':
			return journals(draft)
		case 'systemctl-status': {
			const status = segment('systemctl-status', lines, { command, unit: subject ?? unitFrom(command) })
			const tail = lines.filter(({ text }) => writerOf(text) !== undefined)
			const first = tail[0]
			if (first === undefined) return [status]
			const log = lines.slice(lines.indexOf(first))
			const kind = status.unit?.replace(/\.service$/, '') === 'nginx' ? 'nginx-journal' : 'gunicorn-journal'
			return [status, { ...segment(kind, log, { command: undefined, unit: status.unit }), within: 'systemctl-status' }]
		}
		case 'nginx-test':
			return [segment(isStart(lines) ? 'nginx-journal' : 'nginx-test', lines, { command })]
		case 'traceback':
			return [segment(kindOfTraceback(draft), lines, { command })]
		case 'nginx-error-log':
			return [
				segment(
					'nginx-error-log',
					lines.map((line) => ({ ...line, text: completeErrorLine(line.text) })),
					{ command },
				),
			]
		case 'http':
			return [segment('http', pageAsStatus(lines), { command })]
		case 'http-codes':
			return [
				segment(lines.filter(({ text }) => text.trim() !== '').length > 1 ? 'http-codes' : 'http', lines, { command }),
			]
		case 'unit-file':
		case 'systemctl-show': {
			const told = lines.some(({ text }) => /^(?:ActiveState|LoadState|SubState|MainPID|ExecMainStatus)=/.test(text))
			const unit = lines.map(({ text }) => /^Id=(.+)$/.exec(text)?.[1]).find((id) => id !== undefined)
			return [
				segment(told ? 'systemctl-show' : 'unit-file', lines, { command, unit: subject ?? unit ?? unitFrom(command) }),
			]
		}
		case 'ls':
		case 'stat':
		case 'namei':
			return [segment(draft.kind, lines, { command, path: subject ?? pathFrom(command) })]
		default:
			return [segment(draft.kind, lines, { command })]
	}
}

function segment(
	kind: OutputKind,
	lines: readonly OutputLine[],
	about: {
		readonly command?: string | undefined
		readonly unit?: string | undefined
		readonly path?: string | undefined
	},
): Segment {
	const { parsers, program } = outputKinds[kind]
	return {
		kind,
		parsers,
		lines,
		...(program === undefined ? {} : { program }),
		...(about.command === undefined ? {} : { command: about.command }),
		...(about.unit === undefined ? {} : { unit: about.unit }),
		...(about.path === undefined ? {} : { path: about.path }),
	}
}

function unitFrom(command: string | undefined): string | undefined {
	return command === undefined ? undefined : unitOfCommand(command)
}

function pathFrom(command: string | undefined): string | undefined {
	const path = command?.split(/\s+/).findLast((word) => word.startsWith('/'))
	return path?.replace(/^['"](.*)['"]$/, '$1')
}

/** A journal of several programs is read as one of each: of the service, of nginx, of the kernel. */
function journals({ lines, typed }: Draft): readonly Segment[] {
	const command = typed?.command
	const parts = new Map<'nginx' | 'kernel' | 'service', OutputLine[]>()
	let writer: 'nginx' | 'kernel' | 'service' | undefined
	const asked = command === undefined ? undefined : kindOfCommand(command)
	for (const line of lines) {
		writer = writerOf(line.text) ?? writer
		const part = asked === 'nginx-journal' ? 'nginx' : asked === 'kernel-log' ? 'kernel' : (writer ?? 'service')
		const own = parts.get(part)
		if (own === undefined) parts.set(part, [line])
		else own.push(line)
	}
	const kinds = { nginx: 'nginx-journal', kernel: 'kernel-log', service: 'gunicorn-journal' } as const
	return [...parts].map(([part, own]) =>
		segment(kinds[part], part === 'nginx' ? sinceStart(own) : own, {
			command,
			unit: part === 'nginx' ? 'nginx' : (unitFrom(command) ?? unitOfJournal(own)),
		}),
	)
}

/** What nginx objected to before it was started again is history. */
function sinceStart(lines: readonly OutputLine[]): readonly OutputLine[] {
	const start = lines.findLastIndex(({ text }) => /\bsystemd\[\d+\]: Started /.test(text))
	return start < 0 ? lines : lines.slice(start)
}

/** The unit that systemd names in most of its lines. */
function unitOfJournal(lines: readonly OutputLine[]): string | undefined {
	const counts = new Map<string, number>()
	for (const { text } of lines) {
		const unit = unitOfJournalLine(text)
		if (unit?.endsWith('.service')) counts.set(unit, (counts.get(unit) ?? 0) + 1)
	}
	return [...counts].toSorted((one, other) => other[1] - one[1])[0]?.[0]
}

/** A test does not mind that an address is in use, and ends with a verdict. */
function isStart(lines: readonly OutputLine[]): boolean {
	const says = (pattern: RegExp): boolean => lines.some(({ text }) => pattern.test(text))
	return (
		says(/\[emerg\] (?:\d+#\d+: )?bind\(\) to .* \(98: /) &&
		!says(/configuration file .* test (?:failed|is successful)/)
	)
}

/** Gunicorn's own frames mean a start of the service; `<string>` means `python -c`. Others come from anywhere. */
function kindOfTraceback({ lines, typed }: Draft): OutputKind {
	if (lines.some(({ text }) => /^ {2}File ".*\/gunicorn\//.test(text))) return 'gunicorn-log'
	const imported = lines.some(({ text }) => text.startsWith('  File "<string>", line 1'))
	const asked = typed !== undefined && kindOfCommand(typed.command) === 'traceback'
	return imported || asked ? 'traceback' : 'unknown-traceback'
}

/** A browser's error page tells its status in the heading only. */
function pageAsStatus(lines: readonly OutputLine[]): readonly OutputLine[] {
	if (lines.some(({ text }) => /^(?:< ?)?HTTP\//.test(text))) return lines
	return lines.map((line) => {
		const status = statusOfPage(line.text.trim())
		return status === undefined ? line : { ...line, text: status }
	})
}

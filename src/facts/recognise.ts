import { kindOfCommand, type OutputKind, outputKinds, unitOfCommand } from './output-kinds.ts'
import { completeErrorLine, type Sign, signOf, statusOfPage, unitOfJournalLine, writerOf } from './output-signs.ts'
import type { OutputLine } from './parser.ts'
import { readPastedText } from './pasted-text.ts'

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

interface Draft {
	kind: Sign['kind']
	readonly lines: OutputLine[]
	readonly command: string | undefined
	subject: string | undefined
	/** Blank lines at its end. */
	blanks: number
	/** Open braces, for nginx's configuration. */
	depth: number
}

/** Outputs in which any line may stand, until a blank one. */
const LOGS: ReadonlySet<Sign['kind']> = new Set([
	'journal',
	'gunicorn-log',
	'nginx-error-log',
	'nginx-access-log',
	'kernel-log',
])

/** Kinds whose lines also stand inside of others. */
const ABSORBS: Readonly<Partial<Record<Sign['kind'], readonly Sign['kind'][]>>> = {
	'systemctl-status': ['journal', 'gunicorn-log', 'traceback', 'nginx-error-log', 'nginx-test', 'nginx-access-log'],
	journal: ['gunicorn-log', 'traceback', 'nginx-test'],
	'gunicorn-log': ['traceback', 'nginx-access-log'],
	'nginx-config': ['nginx-site', 'nginx-config'],
	'unit-file': ['systemctl-show'],
	'systemctl-show': ['unit-file', 'listeners'],
	http: ['http-codes'],
	processes: ['gunicorn-log'],
}

/**
 * Tells which outputs a text holds, in its order: one, or several pasted one after the other, with or without the
 * prompts that name the commands. Pure and total; linear in the text's length. Text that is no known output is left out.
 */
export function recognise(lines: readonly OutputLine[]): readonly Segment[] {
	const drafts: Draft[] = []
	let open: Draft | undefined
	let command: string | undefined
	const begin = (kind: Sign['kind'], line: OutputLine, subject?: string): void => {
		open = { kind, lines: [], command, subject, blanks: 0, depth: 0 }
		drafts.push(open)
		append(open, line)
	}
	const pasted = readPastedText(lines)
	pasted.forEach((item, index) => {
		if (item.kind !== 'text') {
			open = undefined
			command = item.kind === 'command' ? item.command : undefined
			return
		}
		const { line } = item
		const following = pasted[index + 1]
		const sign = signOf(line.text.trimEnd(), following?.kind === 'text' ? following.line.text : '')
		if (open !== undefined && belongs(open, line, sign)) {
			append(open, line)
			// Gunicorn's log may begin in the middle of a traceback's story.
			if (open.kind === 'traceback' && sign?.kind === 'gunicorn-log') open.kind = 'gunicorn-log'
			if (open.kind === 'nginx-site' && sign?.kind === 'nginx-config') open.kind = 'nginx-config'
		} else if (sign !== undefined) begin(sign.kind, line, sign.subject)
		else {
			const hint = command === undefined ? undefined : kindOfCommand(command)
			const used = drafts.at(-1)?.command === command && drafts.length > 0
			if (hint !== undefined && !used && line.text.trim() !== '') begin(asJournal(hint), line)
			else if (line.text.trim() !== '') open = undefined
		}
	})
	return merged(drafts).flatMap(segmentsOf)
}

function asJournal(kind: OutputKind): Sign['kind'] {
	return kind === 'gunicorn-journal' || kind === 'nginx-journal' ? 'journal' : kind
}

function belongs(open: Draft, { text }: OutputLine, sign: Sign | undefined): boolean {
	const inBraces = (open.kind === 'nginx-config' || open.kind === 'nginx-site') && open.depth > 0
	if (sign !== undefined) {
		if (sign.kind === open.kind)
			return (
				sign.first !== true &&
				(sign.subject === undefined ||
					open.subject === undefined ||
					sign.subject === open.subject ||
					!sign.subject.endsWith('.service'))
			)
		if (open.kind === 'systemctl-status' && open.blanks > 1) return false
		if (open.kind === 'traceback' && sign.kind === 'gunicorn-log') return true
		if (open.kind === 'nginx-site' && sign.kind === 'nginx-config') return true
		if (open.kind === 'nginx-test' && sign.kind === 'nginx-config') return false
		if (inBraces && (sign.kind === 'nginx-site' || sign.kind === 'unit-file' || sign.kind === 'ls')) return true
		return ABSORBS[open.kind]?.includes(sign.kind) === true
	}
	if (text.trim() === '') return true
	switch (open.kind) {
		case 'systemctl-status':
			return open.blanks < 2
		case 'http':
			return open.blanks === 0 || /^(?:[<>{*]|\[|[\w-]{1,60}: )/.test(text)
		case 'nginx-config':
		case 'nginx-site':
			return inBraces || /^\s*#|[;{}]\s*(?:#.*)?$/.test(text) || open.kind === 'nginx-config'
		case 'unit-file':
		case 'systemctl-show':
			return /^(?:[A-Za-z]{1,60}=|[#;]|\s|\[)/.test(text) || open.lines.at(-1)?.text.endsWith('\\') === true
		case 'traceback':
			return open.blanks === 0
				? !ended(open) || /^\s/.test(text)
				: /^(?:During handling|The above exception|[\w.]+(?:Error|Exception))/.test(text)
		case 'http-codes':
		case 'clock':
		case 'identity':
		case 'selinux':
		case 'unit-list':
			return open.blanks === 0 && open.kind === 'unit-list'
		default:
			return open.blanks === 0 || !LOGS.has(open.kind) ? open.blanks === 0 : false
	}
}

/** A traceback is over with the line that names the exception. */
function ended({ lines }: Draft): boolean {
	const last = lines.at(-1)?.text ?? ''
	return lines.length > 1 && /^[A-Za-z_][\w.]{0,200}(?:: |$)/.test(last) && !last.startsWith('Traceback')
}

function append(draft: Draft, line: OutputLine): void {
	draft.lines.push(line)
	draft.blanks = line.text.trim() === '' ? draft.blanks + 1 : draft.kind === 'systemctl-status' ? draft.blanks : 0
	if (draft.kind === 'nginx-config' || draft.kind === 'nginx-site') {
		const code = line.text.replace(/(?:^|\s)#.*$/, '')
		for (const character of code) {
			if (character === '{') draft.depth++
			else if (character === '}') draft.depth = Math.max(0, draft.depth - 1)
		}
	}
}

/** Pieces of one output with prose between them. */
function merged(drafts: readonly Draft[]): readonly Draft[] {
	const result: Draft[] = []
	for (const draft of drafts) {
		const last = result.at(-1)
		if (last !== undefined && isTestOutput(last, draft)) {
			last.kind = 'nginx-test'
			last.lines.push(...draft.lines)
			continue
		}
		const joins =
			LOGS.has(draft.kind) ||
			draft.kind === 'nginx-site' ||
			draft.kind === 'http-codes' ||
			draft.kind === 'processes' ||
			draft.kind === 'listeners'
		if (last !== undefined && joins && last.kind === draft.kind && last.command === draft.command)
			last.lines.push(...draft.lines)
		else if (last !== undefined && joins && draft.kind === 'listeners' && last.kind === 'listeners')
			last.lines.push(...draft.lines)
		else result.push(draft)
	}
	return result
}

/** What `nginx -t` objects to looks like lines of the error log. */
function isTestOutput(log: Draft, test: Draft): boolean {
	return (
		log.kind === 'nginx-error-log' &&
		test.kind === 'nginx-test' &&
		log.command === test.command &&
		log.lines.every(({ text }) => /^\S+ \S+ \[(?:emerg|alert|crit|warn)\] /.test(text) && !text.includes(', client: '))
	)
}

function segmentsOf(draft: Draft): readonly Segment[] {
	const { lines, command, subject } = draft
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
function journals({ lines, command }: Draft): readonly Segment[] {
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
		segment(kinds[part], own, {
			command,
			unit: part === 'nginx' ? 'nginx' : (unitFrom(command) ?? unitOfJournal(own)),
		}),
	)
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

/** Gunicorn's own frames mean a start of the service; `<string>` means `python -c`. Others come from anywhere. */
function kindOfTraceback({ lines, command }: Draft): OutputKind {
	if (lines.some(({ text }) => /^ {2}File ".*\/gunicorn\//.test(text))) return 'gunicorn-log'
	const imported = lines.some(({ text }) => text.startsWith('  File "<string>", line 1'))
	const asked = command !== undefined && kindOfCommand(command) === 'traceback'
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

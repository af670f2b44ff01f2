import { lineTime, offsetSeconds } from '../../text/log-time.ts'
import { bool, int, type OutputLine, string } from '../../text/parser.ts'
import { intArg, textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'

export const kernelLogParser = plainParser({
	name: 'kernel-log',
	summary: 'Processes that the kernel killed or refused: OOM, crashes, SELinux and AppArmor (journalctl -k, dmesg).',
	facts: {
		readable: bool('The log may be read. False: nothing is known.'),
		dated: bool(
			'Age was judged: `since` was given and the lines have times that can be placed. Else every line counts.',
		),
		oomKilled: bool('The kernel killed a process because memory ran out.'),
		oomProcess: string('The name of the process that was killed for want of memory.'),
		oomPid: int('The number of the process that was killed for want of memory.'),
		segfault: bool('A process crashed.'),
		segfaultProcess: string('The name of the process that crashed.'),
		segfaultPid: int('The number of the process that crashed.'),
		crash: string(
			'How it crashed, in the words of the kernel: segfault, general protection, invalid opcode, divide error …',
		),
		denied: bool('A policy refused something. Permissive and complain modes only report, and do not count.'),
		deniedLine: string('The line of the refusal.'),
		deniedProcess: string('The name of the process that was refused something.'),
		deniedPath: string('The path or name of what was refused.'),
		policy: string('Whose policy refused it.', { values: ['selinux', 'apparmor'] }),
	},
	args: {
		since: int('Seconds since 1970; older lines do not count.'),
		offset: string("The host's offset from UTC (`+0200`), for lines without one."),
	},
	read(sheet, lines, input) {
		const refused = lines.find((line) =>
			/read kernel buffer failed|insufficient permissions|not seeing messages from other users|operation not permitted/i.test(
				line.text,
			),
		)
		const since = intArg(input.args, 'since')
		const clock = { offset: offsetSeconds(textArg(input.args, 'offset')), near: since }
		const filled = lines.filter((line) => line.text.trim() !== '' && !line.text.startsWith('-- '))
		if (refused !== undefined && filled.every((line) => line.stream === 'stderr' || line === refused)) {
			sheet.set('readable', false, refused)
			return
		}
		if (filled.length === 0 && input.exitCode !== 0) return
		sheet.set('readable', true)

		const events = filled
			.map((line) => ({ line, event: readEvent(line.text) }))
			.filter(({ event }) => event !== undefined)
		const timeOf = (line: OutputLine) => auditTime(line.text) ?? lineTime(line.text, clock)
		const dated = since !== undefined && events.every(({ line }) => timeOf(line) !== undefined)
		sheet.set('dated', dated)
		const found = new Map<KernelEvent['kind'], KernelEvent & { readonly line: OutputLine }>()
		for (const { line, event } of events) {
			if (event === undefined || (dated && (timeOf(line) ?? 0) < since)) continue
			// The lines of one OOM kill tell its victim in different words.
			const pid = event.pid ?? found.get(event.kind)?.pid
			found.set(event.kind, { line, ...event, ...(pid !== undefined && { pid }) })
		}
		for (const [fact, kind, part] of READ) sheet.set(fact, found.get(kind)?.[part], found.get(kind))
		for (const [fact, kind] of HAPPENED) sheet.set(fact, found.has(kind), found.get(kind))
		sheet.set('deniedLine', found.get('denied')?.line.text.trim(), found.get('denied'))
	},
})

const HAPPENED = [
	['oomKilled', 'oom'],
	['segfault', 'crash'],
	['denied', 'denied'],
] as const
const READ = [
	['oomProcess', 'oom', 'process'],
	['oomPid', 'oom', 'pid'],
	['segfaultProcess', 'crash', 'process'],
	['segfaultPid', 'crash', 'pid'],
	['crash', 'crash', 'detail'],
	['deniedProcess', 'denied', 'process'],
	['deniedPath', 'denied', 'path'],
	['policy', 'denied', 'detail'],
] as const

interface KernelEvent {
	readonly kind: 'oom' | 'crash' | 'denied'
	readonly process?: string
	readonly pid?: number
	readonly path?: string
	readonly detail?: string
}

function readEvent(text: string): KernelEvent | undefined {
	const killed = /\bKill(?:ed)? process (\d{1,10}),? \(([^)]{1,64})\)/.exec(text)
	if (killed !== null) return { kind: 'oom', process: killed[2] ?? '', pid: Number(killed[1]) }
	const task = /\boom-kill:.{0,4096}?,task=([^,]{1,64}),pid=(\d{1,10})/.exec(text)
	if (task !== null) return { kind: 'oom', process: task[1] ?? '', pid: Number(task[2]) }
	const crash = readCrash(text)
	if (crash !== undefined) return crash
	if (/\bavc:\s{1,4}denied\b/.test(text)) {
		return /\bpermissive=1\b/.test(text) ? undefined : { kind: 'denied', detail: 'selinux', ...auditFields(text) }
	}
	// setroubleshoot puts a denial into words, in the journal and in `sealert`.
	const told =
		/\bSELinux is preventing (\S{1,300}) from .{1,200}? access on the \S{1,60}(?: (\/\S{1,1000}?))?(?:\.? |\.?$)/.exec(
			text,
		)
	if (told !== null) {
		const [, program = '', path] = told
		const process = program.slice(program.lastIndexOf('/') + 1)
		return { kind: 'denied', detail: 'selinux', process, ...(path === undefined ? {} : { path }) }
	}
	if (/\bapparmor="?DENIED/.test(text)) return { kind: 'denied', detail: 'apparmor', ...auditFields(text) }
	return undefined
}

/** `app[9604]: segfault at 0 ip …`, `traps: python3[12] trap invalid opcode ip:…` */
function readCrash(text: string): KernelEvent | undefined {
	const match = /\[(\d{1,10})\]:? (segfault|general protection(?: fault)?|trap [a-z ]{1,40}?)(?= at |,| ip[: ]|$)/.exec(
		text,
	)
	if (match === null) return undefined
	const before = text.slice(Math.max(0, match.index - 64), match.index)
	// A process name may hold blanks, as `app: worker` does; the kernel's own words end in a colon or a bracket.
	const process = /(?:^|kernel: |traps: |\] )((?:(?!kernel: |traps: |\] ).){1,16})$/.exec(before)?.[1] ?? ''
	return {
		kind: 'crash',
		process: process.trim(),
		pid: Number(match[1]),
		detail: (match[2] ?? '').replace(/^trap /, '').trim(),
	}
}

function auditFields(text: string): { readonly process?: string; readonly pid?: number; readonly path?: string } {
	const field = (name: string) => {
		const at = text.search(new RegExp(`[ ,]${name}=`))
		if (at < 0) return undefined
		const value = text.slice(at + name.length + 2)
		return /^"([^"]{0,4096})"/.exec(value)?.[1] ?? /^[^\s"]{1,4096}/.exec(value)?.[0]
	}
	const process = field('comm')
	const pid = field('pid')
	const path = field('path') ?? field('name')
	return {
		...(process !== undefined && { process }),
		...(pid !== undefined && /^\d{1,10}$/.test(pid) && { pid: Number(pid) }),
		...(path !== undefined && { path }),
	}
}

/** Audit records carry their own time: `audit(1700000000.123:45)`. */
function auditTime(text: string): number | undefined {
	const match = /\baudit\((\d{9,11})[.:]/.exec(text)
	return match === null ? undefined : Number(match[1])
}

export const selinuxParser = plainParser({
	name: 'selinux',
	summary: 'Whether SELinux is enforcing (getenforce, sestatus).',
	facts: {
		mode: string('What SELinux does with what its policy forbids; none: its tools are not there.', {
			values: ['enforcing', 'permissive', 'disabled', 'none'],
		}),
	},
	read(sheet, lines) {
		for (const line of lines) {
			const text = line.text.trim()
			const plain = /^(Enforcing|Permissive|Disabled)$/i.exec(text)?.[1]
			const current = /^Current mode:\s{1,64}(enforcing|permissive)$/i.exec(text)?.[1]
			const status = /^SELinux status:\s{1,64}(disabled)$/i.exec(text)?.[1]
			const mode = plain ?? current ?? status
			if (mode !== undefined) sheet.set('mode', mode.toLowerCase(), line)
			else if (/(?:getenforce|sestatus): (?:command )?not found|(?:getenforce|sestatus): No such file/i.test(text)) {
				sheet.set('mode', 'none', line)
			}
		}
	},
})

/** The outputs that can be told apart by their looks, what people call them, and which parsers read them. */

export type OutputKind =
	| 'nginx-error-log'
	| 'nginx-access-log'
	| 'nginx-test'
	| 'nginx-journal'
	| 'nginx-config'
	| 'nginx-site'
	| 'gunicorn-journal'
	| 'gunicorn-log'
	| 'systemctl-status'
	| 'systemctl-show'
	| 'unit-file'
	| 'unit-list'
	| 'http'
	| 'http-codes'
	| 'traceback'
	| 'unknown-traceback'
	| 'processes'
	| 'listeners'
	| 'ls'
	| 'stat'
	| 'namei'
	| 'identity'
	| 'clock'
	| 'disk'
	| 'kernel-log'
	| 'selinux'
	| 'gunicorn-config'

interface KindOfOutput {
	/** Ends the sentence "This looks like …". */
	readonly label: string
	readonly parsers: readonly string[]
	/** A word that the command has in it which prints this; left out where many commands can. */
	readonly program?: string
	/** By a parser's name: another one that gives facts of the same names and meaning out of this output. */
	readonly readBy?: Readonly<Record<string, string>>
}

export const outputKinds: Readonly<Record<OutputKind, KindOfOutput>> = {
	'nginx-error-log': { label: "nginx's error log", parsers: ['nginx-error-log'] },
	'nginx-access-log': { label: "nginx's access log", parsers: ['nginx-access-log'] },
	'nginx-test': { label: 'nginx -t', parsers: ['nginx-test'], program: 'nginx' },
	'nginx-journal': { label: 'what nginx said at its start', parsers: ['nginx-test'], program: 'journalctl' },
	'nginx-config': { label: "nginx's configuration (nginx -T)", parsers: ['nginx-config'], program: 'nginx' },
	'nginx-site': { label: "a part of nginx's configuration", parsers: ['nginx-config'] },
	'gunicorn-journal': { label: "Gunicorn's journal", parsers: ['gunicorn-journal'], program: 'journalctl' },
	'gunicorn-log': { label: "Gunicorn's own log", parsers: ['gunicorn-journal'] },
	'systemctl-status': { label: 'systemctl status', parsers: ['systemctl-status'], program: 'systemctl' },
	'systemctl-show': {
		label: 'systemctl show',
		parsers: ['systemctl-show'],
		program: 'systemctl',
		readBy: { 'systemctl-status': 'systemctl-show' },
	},
	'unit-file': { label: 'a unit file (systemctl cat)', parsers: ['unit-file', 'gunicorn-command'] },
	'unit-list': { label: 'a list of units', parsers: ['unit-list'], program: 'systemctl' },
	http: { label: "an HTTP answer or curl's error", parsers: ['http'], program: 'curl' },
	'http-codes': { label: 'HTTP status codes', parsers: ['http-codes'], program: 'curl' },
	traceback: { label: 'a Python traceback', parsers: ['python-traceback'] },
	'unknown-traceback': { label: 'a Python traceback', parsers: [] },
	processes: { label: 'a process list (ps)', parsers: ['processes'], program: 'ps' },
	listeners: { label: 'listening sockets (ss)', parsers: ['listeners'] },
	ls: { label: 'ls -l', parsers: ['ls-l'] },
	stat: { label: 'stat', parsers: ['ls-l'] },
	namei: { label: 'namei -l', parsers: ['path-walk'] },
	identity: { label: 'id', parsers: ['identity'] },
	clock: { label: 'date', parsers: ['clock'] },
	disk: { label: 'df', parsers: ['disk'] },
	'kernel-log': { label: 'the kernel log', parsers: ['kernel-log'] },
	selinux: { label: 'the SELinux mode', parsers: ['selinux'] },
	'gunicorn-config': { label: "Gunicorn's configuration file", parsers: ['gunicorn-config'] },
}

/** The parser that reads such an output for whoever asks for the facts of `wanted`; undefined when none does. */
export function readerOf(kind: OutputKind, wanted: string): string | undefined {
	const { parsers, readBy } = outputKinds[kind]
	return parsers.includes(wanted) ? wanted : readBy?.[wanted]
}

/** What a command prints, as far as its words tell. */
export function kindOfCommand(command: string): OutputKind | undefined {
	const [, program = '', rest = ''] = /^(?:\S*\/)?([\w-]{1,40})(?:\.\d)?(?: (.*))?$/.exec(command) ?? []
	switch (program) {
		case 'systemctl': {
			const verb = /^(?:-\S+ )*(status|show|cat|list-units|list-unit-files)\b/.exec(rest)?.[1]
			if (verb === undefined) return undefined
			if (verb.startsWith('list-')) return 'unit-list'
			return verb === 'cat' ? 'unit-file' : verb === 'show' ? 'systemctl-show' : 'systemctl-status'
		}
		case 'journalctl':
			if (/(?:^| )(?:-k|--dmesg)\b/.test(rest)) return 'kernel-log'
			return /-u ?nginx\b|--unit[= ]nginx\b/.test(rest) ? 'nginx-journal' : 'gunicorn-journal'
		case 'dmesg':
			return 'kernel-log'
		case 'nginx':
			return /(?:^| )-T\b/.test(rest) ? 'nginx-config' : 'nginx-test'
		case 'curl':
			return 'http'
		case 'ps':
			return 'processes'
		case 'ss':
		case 'netstat':
			return 'listeners'
		case 'ls':
		case 'stat':
		case 'namei':
			return program
		case 'id':
			return 'identity'
		case 'df':
			return 'disk'
		case 'getenforce':
		case 'sestatus':
			return 'selinux'
		case 'tail':
		case 'cat':
		case 'less':
		case 'head':
			return kindOfFile(rest)
		default:
			return /^python/.test(program) && /(?:^| )-c /.test(rest) ? 'traceback' : undefined
	}
}

function kindOfFile(words: string): OutputKind | undefined {
	if (/nginx\S*error\S*\.log/.test(words)) return 'nginx-error-log'
	if (/access\S*\.log/.test(words)) return 'nginx-access-log'
	if (/\.(?:service|socket)\b/.test(words)) return 'unit-file'
	if (/gunicorn\S*\.py\b/.test(words)) return 'gunicorn-config'
	if (/\/nginx\//.test(words)) return 'nginx-site'
	return /gunicorn\S*\.log/.test(words) ? 'gunicorn-log' : undefined
}

/** The unit that a command asks about, as it was typed. */
export function unitOfCommand(command: string): string | undefined {
	return (
		/^journalctl\b.*?(?:-\w*u ?|--unit[= ])([\w@:.\\-]+)/.exec(command)?.[1] ??
		/^systemctl (?:-\S+ )*(?:status|show|cat) (?:-\S+ )*([\w@:.\\-]+)/.exec(command)?.[1]
	)
}

import type { About, OutputKind } from '../../text/output-kind.ts'

const LONG_FILE = /^[-dlspcb][-rwxsStT]{9}[.+@]? +\d{1,9} +\S{1,64} +\S{1,64} +[\d.,]{1,20}[KMGTP]? +\S.*? (\S+)$/
const WALKED = /^ ?[-dlspcb][-rwxsStT]{9}[.+@]? +\S{1,64} +\S{1,64} +\S/
const FAILED = /^(?:\/\S{0,60}\/)?(ls|stat): .{0,60}?['‘"](\/[^'’"]{1,1000})['’"]/
const PROCESS =
	/^\S{1,32}\s+\d{1,10}\s+[\d.]{1,6}\s+[\d.]{1,6}\s+\d+\s+\d+\s+\S+\s+[A-Z]\S{0,6}\s+\S+\s+\d+:\d+\s|^\S{1,32}\s+\d{1,10}\s+\d{1,10}\s+\d{1,3}\s+\S+\s+\S+\s+\d+:\d+:\d+\s/
const PROCESS_HEAD = /^ *(?:[%A-Z_]+ +)*PID +(?:[%A-Z_]+ +)*(?:COMMAND|CMD|ARGS)$/
const LISTENER =
	/^(?:(?:tcp6?|udp6?|u_str|u_seq|u_dgr)\s+)?(?:LISTEN|UNCONN)\s+\d+\s+\d+\s|^Netid\s+State\s|^State\s+Recv-Q|^Active Internet connections|^tcp6?\s+\d+\s+\d+\s+\S+:\d+\s.*LISTEN|^unix\s+\d+\s+\[ ACC \]/
const KERNEL_TIME = /^\[ {0,12}\d{1,12}\.\d{6}\] |^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\] /
/** What the kernel and its audit say of a process that they killed or refused, without their prefix. */
const KERNEL =
	/(?:^|[ :])(?:type=AVC msg=audit\(|avc: {1,2}denied {1,2}\{|apparmor="DENIED"|Out of memory: Kill(?:ed)? process \d|Memory cgroup out of memory: Kill|oom-kill:constraint=|\S{1,64}\[\d{1,10}\]: segfault at [\da-f]|SELinux is preventing \S)/

/** What the tools of a Linux host print. */
export const linuxOutputs: readonly OutputKind[] = [
	{
		name: 'kernel-log',
		label: 'the kernel log',
		parsers: ['kernel-log'],
		joins: 'below-one-prompt',
		printedBy: (command) => (/^dmesg\b|^journalctl\b.*(?: -k\b| --dmesg\b)|^ausearch\b/.test(command) ? {} : undefined),
		sign: ({ text, writer }) =>
			writer === undefined && (KERNEL_TIME.test(text) || KERNEL.test(text)) ? {} : undefined,
		isWriter: (writer, message) =>
			writer === 'kernel' ||
			writer === 'audit' ||
			writer === 'setroubleshoot' ||
			// The kernel names the process that crashed in its own line.
			/^segfault at [\da-f]{1,16} ip [\da-f]{1,16} sp /.test(message),
		isSound: ({ denied, oomKilled, segfault }) =>
			denied === true || oomKilled === true || segfault === true ? false : undefined,
	},
	{
		name: 'namei',
		label: 'namei -l',
		parsers: ['path-walk'],
		printedBy: (command) => (/^namei\b/.test(command) ? pathOf(command) : undefined),
		sign: ({ text }) => {
			if (text.startsWith('f: /')) return { first: true, about: { path: text.slice(3).trim() } }
			return WALKED.test(text) && !LONG_FILE.test(text) ? {} : undefined
		},
		isSound: ({ reachable }) => (typeof reachable === 'boolean' ? reachable : undefined),
	},
	{
		name: 'stat',
		label: 'stat',
		parsers: ['ls-l'],
		printedBy: (command) => (/^stat\b/.test(command) ? pathOf(command) : undefined),
		sign: ({ text }) => {
			if (/^ {2}File: /.test(text))
				return { first: true, about: { path: unquoted(text.slice(8).split(' -> ')[0] ?? '') } }
			const failed = FAILED.exec(text)
			return failed?.[1] === 'stat' ? { first: true, about: { path: failed[2] ?? '' } } : undefined
		},
		isSound: ({ exists }) => (exists === false ? false : undefined),
	},
	{
		name: 'ls',
		label: 'ls -l',
		parsers: ['ls-l'],
		printedBy: (command) => (/^ls\b/.test(command) ? pathOf(command) : undefined),
		sign: ({ text }) => {
			const failed = FAILED.exec(text)
			if (failed?.[1] === 'ls') return { first: true, about: { path: failed[2] ?? '' } }
			const listed = LONG_FILE.exec(text)
			if (listed === null) return /^total \d[\d.,]*[KMGT]?$/.test(text) ? {} : undefined
			const path = text.includes(' -> ') ? undefined : listed[1]
			return path?.startsWith('/') === true ? { first: true, about: { path } } : {}
		},
		isSound: ({ exists }) => (exists === false ? false : undefined),
	},
	{
		name: 'listeners',
		label: 'listening sockets (ss)',
		parsers: ['listeners'],
		// Sockets of several kinds are listed by several commands.
		joins: 'anywhere',
		printedBy: (command) => (/^(?:ss|netstat)\b/.test(command) ? {} : undefined),
		sign: ({ text }) => (LISTENER.test(text) ? {} : undefined),
	},
	{
		name: 'processes',
		label: 'a process list (ps)',
		parsers: ['processes'],
		program: 'ps',
		joins: 'below-one-prompt',
		printedBy: (command) => (/^ps\b/.test(command) ? {} : undefined),
		sign: ({ text }) => (PROCESS_HEAD.test(text) || PROCESS.test(text) ? {} : undefined),
		isSound: ({ stopped }) => (stopped === true ? false : undefined),
	},
	{
		name: 'identity',
		label: 'id',
		parsers: ['identity'],
		printedBy: (command) => (/^id\b/.test(command) ? {} : undefined),
		sign: ({ text }) => (/^uid=\d{1,10}\(|^id: .{1,70}: no such user/i.test(text) ? {} : undefined),
		goesOn: () => false,
	},
	{
		name: 'clock',
		label: 'date',
		parsers: ['clock'],
		sign: ({ text }) => (/^\d{9,11} [+-]\d{4}$/.test(text) ? {} : undefined),
		goesOn: () => false,
	},
	{
		name: 'disk',
		label: 'df',
		parsers: ['disk'],
		printedBy: (command) => (/^df\b/.test(command) ? {} : undefined),
		sign: ({ text }) => (/^Filesystem\s+(?:\S+\s+){3,}Mounted on$/.test(text) ? {} : undefined),
		isSound: ({ anyFull }) => (typeof anyFull === 'boolean' ? !anyFull : undefined),
	},
	{
		name: 'selinux',
		label: 'the SELinux mode',
		parsers: ['selinux'],
		printedBy: (command) => (/^(?:getenforce|sestatus)\b/.test(command) ? {} : undefined),
		sign: ({ text }) => (/^(?:Enforcing|Permissive|Disabled)$|^SELinux status: /.test(text) ? {} : undefined),
		goesOn: () => false,
	},
]

/** The file that a command asks about: its last word that is a whole path. */
function pathOf(command: string): About {
	const path = command.split(/\s+/).findLast((word) => /^['"]?\//.test(word))
	return path === undefined ? {} : { path: path.replace(/^['"](.*)['"]$/, '$1') }
}

function unquoted(text: string): string {
	return text.trim().replace(/^['‘](.*)['’]$/, '$1')
}

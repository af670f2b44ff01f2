import { type Endpoint, parseEndpoint } from '../../text/endpoint.ts'
import type { OutputLine } from '../../text/parser.ts'

/** A process that holds a socket. */
export interface Holder {
	/** As the kernel has it: 15 characters at most. */
	readonly name: string
	readonly pid: number | undefined
}

export interface Listener {
	readonly lines: readonly OutputLine[]
	readonly endpoint: Endpoint
	/** ss writes `[::]` for a socket that takes IPv6 only, and `*` for one that takes both. */
	readonly v6Only: boolean
	/** Connections that wait to be accepted, and how many may. */
	readonly queue: number | undefined
	readonly backlog: number | undefined
	/** Undefined: the output does not name them. */
	readonly holders: readonly Holder[] | undefined
}

/** The sockets on which somebody listens, as one or more tables show them. */
export interface SocketTable {
	readonly listeners: readonly Listener[]
	/** Whether TCP and Unix listeners would be there if there were any. */
	readonly listsTcp: boolean
	readonly listsUnix: boolean
}

/** Reads what `ss -ltnp`, `ss -lxnp`, `netstat -ltnp` and `netstat -lxnp` print, alone or one after the other. */
export function readSocketTable(lines: readonly OutputLine[], exitCode: number | null): SocketTable {
	const listeners: Listener[] = []
	let tcpHeader = false
	let failed = false
	for (const row of joinRows(lines, exitCode === null)) {
		const [line] = row.lines
		const text = row.text.trim()
		if (text === '' || line === undefined) continue
		if (/^(?:Netid )?\s*State\s/.test(text) || /^Proto\s/.test(text)) {
			// With Netid the table mixes kinds, and an absent kind may just not have been asked for.
			tcpHeader = tcpHeader || (text.startsWith('State') && !text.includes('I-Node'))
			continue
		}
		const listener = readSs(text, row) ?? readNetstat(text, row)
		if (listener !== undefined) listeners.push(listener)
		else if (line.stream === 'stderr' || /not found|no such file|cannot open/i.test(text)) failed = true
	}
	const has = (kind: Endpoint['kind']) => listeners.some(({ endpoint }) => endpoint.kind === kind)
	const empty = listeners.length === 0 && !failed && exitCode === 0 && lines.every(({ text }) => text.trim() === '')
	return { listeners, listsTcp: has('tcp') || (tcpHeader && !failed) || empty, listsUnix: has('unix') }
}

interface Row {
	readonly text: string
	readonly lines: readonly OutputLine[]
}

/** ss puts the processes below when the terminal is narrow, and a terminal cuts pasted rows anywhere. */
function joinRows(lines: readonly OutputLine[], pastedText: boolean): readonly Row[] {
	const rows: Row[] = []
	for (const line of lines) {
		const last = rows.at(-1)
		const goesOn =
			/^\s*users:\(\(/.test(line.text) || (pastedText && !rowStart.test(line.text) && line.text.trim() !== '')
		if (last !== undefined && goesOn && last.lines.length < 8 && openRow.test(last.text)) {
			rows[rows.length - 1] = { text: last.text + line.text, lines: [...last.lines, line] }
		} else {
			rows.push({ text: line.text, lines: [line] })
		}
	}
	return rows
}

const rowStart = /^\s{0,8}(?:LISTEN|ESTAB|UNCONN|TIME-WAIT|tcp|udp|u_|nl|State|Netid|Proto|unix|Active|\()/
/** A row of a listener whose processes are not all there yet. */
const openRow = /^\s{0,8}(?:(?:tcp|u_str|u_seq)\s+)?LISTEN\b(?:(?!\)\)).)*$/

/** `LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=40,fd=5))`, with a Netid before it when kinds are mixed. */
function readSs(text: string, { lines }: Row): Listener | undefined {
	const words = text.split(/\s+/)
	if (words[0] === 'tcp' || words[0] === 'u_str' || words[0] === 'u_seq') words.shift()
	if (words[0] !== 'LISTEN') return undefined
	const [, queue = '', backlog = '', local = ''] = words
	if (!/^\d{1,10}$/.test(queue) || !/^\d{1,10}$/.test(backlog)) return undefined
	const isUnix = local.startsWith('/') || local.startsWith('@')
	const endpoint = isUnix ? unixOf(words.slice(3)) : parseEndpoint(local)
	if (endpoint === undefined) return undefined
	const users = text.indexOf('users:((')
	return {
		lines,
		endpoint,
		v6Only: local.startsWith('[::]'),
		queue: Number(queue),
		backlog: Number(backlog),
		holders: users < 0 ? undefined : readHolders(text.slice(users)),
	}
}

/** After the path come the inode, the peer and its inode: `/run/g.sock 12345 * 0`. A path may hold blanks. */
function unixOf(words: readonly string[]): Endpoint | undefined {
	const inode = words.findIndex((word, index) => index > 0 && /^\d+$/.test(word) && words[index + 1] === '*')
	const path = inode < 0 ? (words[0] ?? '') : words.slice(0, inode).join(' ')
	// A path is taken as it is: `parseEndpoint` would cut a URI off.
	return path.startsWith('@') ? { kind: 'unix', path } : parseEndpoint(path.replace(/^\/+/, '/'))
}

function readHolders(text: string): readonly Holder[] {
	return [...text.matchAll(/\("([^"]{0,64})",(?:pid=)?(\d{1,10})/g)].map(([, name = '', pid]) => ({
		name,
		pid: Number(pid),
	}))
}

/** `tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 40/nginx: master`, `unix 2 [ ACC ] STREAM LISTENING 123 40/nginx /run/x.sock`. */
function readNetstat(text: string, { lines }: Row): Listener | undefined {
	const tcp = /^tcp6?\s+(\d{1,10})\s+\d{1,10}\s+(\S{1,256})\s+\S{1,256}\s+LISTEN\b\s*(.{0,256})$/.exec(text)
	if (tcp !== null) {
		const endpoint = parseEndpoint(tcp[2] ?? '')
		if (endpoint === undefined) return undefined
		return {
			lines,
			endpoint,
			v6Only: false,
			queue: Number(tcp[1]),
			backlog: undefined,
			holders: holderOf(tcp[3] ?? ''),
		}
	}
	const unix = /^unix\s+\d{1,10}\s+\[[^\]]{0,64}\]\s+(?:STREAM|SEQPACKET)\s+LISTENING\s+\d{1,20}\s+(.{1,4352})$/.exec(
		text,
	)
	if (unix === null) return undefined
	const rest = unix[1] ?? ''
	const at = rest.search(/[/@](?!\S*: )/)
	const path = /(?:^|\s)([/@]\S{0,4096}.*)$/.exec(rest)?.[1]
	const endpoint = at < 0 || path === undefined ? undefined : parseEndpoint(path)
	if (endpoint === undefined) return undefined
	return { lines, endpoint, v6Only: false, queue: undefined, backlog: undefined, holders: holderOf(rest) }
}

function holderOf(text: string): readonly Holder[] | undefined {
	const match = /^(\d{1,10})\/(\S{1,64})/.exec(text.trim())
	return match?.[2] === undefined ? undefined : [{ name: match[2].replace(/:$/, ''), pid: Number(match[1]) }]
}

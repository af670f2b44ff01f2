import { type Endpoint, endpointReaches, formatEndpoint, parseEndpoint } from '../../text/endpoint.ts'
import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, int, list, type OutputLine, string } from '../../text/parser.ts'
import { listArg, textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { isInterpreter, isNamed } from './program-name.ts'
import { type Holder, type Listener, readSocketTable, type SocketTable } from './socket-table.ts'

export const listenersParser = plainParser({
	name: 'listeners',
	summary: 'What listens where, and who (ss -ltnp, ss -lxnp, netstat -ltnp).',
	facts: {
		tcp: list('Every TCP endpoint on which somebody listens. Absent where TCP was not asked for.'),
		unix: list('Every Unix socket on which somebody listens. Absent where no such socket is shown.'),
		onTarget: bool('Somebody listens where `target` connects. Unknown when no sockets of its kind are shown.'),
		process: string('The name of the process that listens on the target. Unknown without the right to see it.'),
		pid: int('The number of the process that listens on the target.'),
		ofProgram: list(
			'The endpoints, among the sockets that were asked for, that a process named `program`, or one of `pids`, holds. Absent where the output cannot tell; it may miss some unless `complete`.',
		),
		ofPids: list(
			'The endpoints that one of the processes `pids` holds. Absent where the output cannot tell; it may miss some unless `complete`.',
		),
		ofInterpreter: list(
			"The endpoints whose process shows only the name of a language (python3, node, sh): `program` may be behind it. Without `pids`'s.",
		),
		complete: bool(
			"The output shows who holds every socket that was asked for, and (unless `pids` is given) nobody hides behind a language's name: `ofProgram` and `ofPids` miss none.",
		),
		targetIsProgram: bool(
			"A process named `program`, or one of `pids`, holds the target. Unknown when its holders are not shown, show only a language's name, or systemd alone holds it.",
		),
		heldBySystemd: bool('systemd holds the target: socket activation. False only where its sockets would be shown.'),
		samePortOther: list("Listeners on the target's port that a connection to the target does not reach."),
		queue: int('Connections to the target that wait to be accepted.'),
		backlog: int('How many connections to the target may wait.'),
		backlogFull: bool('As many connections to the target wait as may: the next ones are refused or hang.'),
		namesKnown: bool("The output names the process of some listener. Without root only one's own processes are named."),
	},
	args: {
		target: string('Where somebody connects: an address and port, a socket, a URL.'),
		program: string('The name of the program that should listen.'),
		pids: list('The numbers of its processes, when they are known.'),
	},
	read(sheet, lines, input) {
		const table = readSocketTable(lines, input.exitCode)
		const wanted: Wanted = { program: textArg(input.args, 'program'), pids: listArg(input.args, 'pids') ?? [] }
		const kindOf = (kind: Endpoint['kind']) => table.listeners.filter(({ endpoint }) => endpoint.kind === kind)
		if (table.listsTcp) setList(sheet, 'tcp', kindOf('tcp'))
		if (table.listsUnix) setList(sheet, 'unix', kindOf('unix'))
		setHeld(sheet, table, wanted)
		const target = parseEndpoint(textArg(input.args, 'target') ?? '')
		if (target !== undefined && (target.kind === 'tcp' ? table.listsTcp : table.listsUnix)) {
			setTarget(sheet, target, { listeners: kindOf(target.kind), wanted, all: seesAll(table) })
		}
	},
})

/** Who should listen. */
interface Wanted {
	readonly program: string | undefined
	readonly pids: readonly string[]
}

function setHeld(sheet: FactSheet, table: SocketTable, wanted: Wanted): void {
	const { listeners } = table
	if (listeners.length === 0) return
	const named = listeners.filter(({ holders }) => holders !== undefined)
	sheet.set('namesKnown', named.length > 0, ...spansOf(named.slice(0, 1)))
	if (named.length === 0) {
		sheet.set('complete', false)
		return
	}
	const mine = named.filter(({ holders }) => holders?.some((holder) => isWanted(holder, wanted)))
	const mineByPid = named.filter(({ holders }) => holders?.some((holder) => hasPid(holder, wanted)))
	const hidden = named.filter(
		(one) => !mine.includes(one) && one.holders?.some(({ name }) => isInterpreter(name)) === true,
	)
	const all = (named.length === listeners.length || seesAll(table)) && !listsOnlyIpv6(listeners)
	const complete = all && (hidden.length === 0 || wanted.pids.length > 0)
	sheet.set('complete', complete)
	setList(sheet, 'ofInterpreter', hidden)
	if ((wanted.program !== undefined || wanted.pids.length > 0) && (mine.length > 0 || complete))
		setList(sheet, 'ofProgram', mine)
	if (wanted.pids.length > 0 && (mineByPid.length > 0 || all)) setList(sheet, 'ofPids', mineByPid)
}

/**
 * Was the output made by somebody who sees every process? Only such a one sees what pid 1 holds, and mostly who holds a
 * port below 1024, which takes rights to bind. What then names nobody is the kernel's own (NFS).
 */
function seesAll({ listeners }: SocketTable): boolean {
	const holders = listeners.flatMap((listener) => listener.holders ?? [])
	if (holders.some(({ pid }) => pid === 1)) return true
	const privileged = listeners.filter(({ endpoint }) => endpoint.kind === 'tcp' && endpoint.port < 1024)
	return (
		privileged.some((listener) => listener.holders !== undefined) &&
		listeners.every((listener) => listener.holders !== undefined)
	)
}

function hasPid({ pid }: Holder, { pids }: Wanted): boolean {
	return pid !== undefined && pids.includes(String(pid))
}

function isWanted(holder: Holder, wanted: Wanted): boolean {
	return hasPid(holder, wanted) || (wanted.program !== undefined && isNamed(holder.name, wanted.program))
}

function spansOf(listeners: readonly Listener[]): readonly OutputLine[] {
	return listeners.flatMap(({ lines }) => lines)
}

function setList(sheet: FactSheet, name: string, listeners: readonly Listener[]): void {
	sheet.set(name, [...new Set(listeners.map(({ endpoint }) => formatEndpoint(endpoint)))], ...spansOf(listeners))
}

interface Among {
	/** Those of the target's kind. */
	readonly listeners: readonly Listener[]
	readonly wanted: Wanted
	/** Whether every process is shown. */
	readonly all: boolean
}

function setTarget(sheet: FactSheet, target: Endpoint, { listeners, wanted, all }: Among): void {
	const hit = listeners.filter(({ endpoint, v6Only }) => endpointReaches(target, endpoint, { v6Only }))
	if (hit.length === 0 && listsOnlyIpv6(listeners) && target.kind === 'tcp' && !isIpv6(target)) return
	sheet.set('onTarget', hit.length > 0, ...spansOf(hit))
	if (target.kind === 'tcp') {
		const others = listeners.filter(
			(one) => one.endpoint.kind === 'tcp' && one.endpoint.port === target.port && !hit.includes(one),
		)
		setList(sheet, 'samePortOther', others)
	}
	const [first] = hit
	if (first === undefined) return
	const spans = spansOf(hit)
	const holders = hit.flatMap((one) => one.holders ?? [])
	if (hit.some((one) => one.holders !== undefined)) {
		const who =
			holders.find((holder) => hasPid(holder, wanted)) ??
			holders.find((holder) => isWanted(holder, wanted)) ??
			holders.find((holder) => !isSystemd(holder)) ??
			holders[0]
		sheet.set('process', who?.name, ...spans)
		sheet.set('pid', who?.pid, ...spans)
		if (holders.some(isSystemd)) sheet.set('heldBySystemd', true, ...spans)
		else if (all) sheet.set('heldBySystemd', false, ...spans)
		sheet.set('targetIsProgram', isHeldBy(holders, wanted), ...spans)
	}
	sheet.set('queue', first.queue, ...spansOf([first]))
	sheet.set('backlog', first.backlog, ...spansOf([first]))
	const full = hit.find(
		({ queue, backlog }) => queue !== undefined && backlog !== undefined && backlog > 0 && queue >= backlog,
	)
	if (first.queue !== undefined && first.backlog !== undefined) {
		sheet.set('backlogFull', full !== undefined, ...spansOf([full ?? first]))
	}
}

/** `ss -6` lists no IPv4. */
function listsOnlyIpv6(listeners: readonly Listener[]): boolean {
	const tcp = listeners.filter(({ endpoint }) => endpoint.kind === 'tcp')
	return tcp.length > 0 && tcp.every(({ endpoint, v6Only }) => v6Only || isIpv6(endpoint))
}

function isIpv6(endpoint: Endpoint): boolean {
	return endpoint.kind === 'tcp' && endpoint.host.includes(':')
}

function isHeldBy(holders: readonly Holder[], wanted: Wanted): boolean | undefined {
	if (wanted.program === undefined && wanted.pids.length === 0) return undefined
	if (holders.some((holder) => isWanted(holder, wanted))) return true
	if (wanted.pids.length === 0 && holders.some(({ name }) => isInterpreter(name))) return undefined
	// systemd alone holds a socket whose service has not started yet: nobody's yet.
	return holders.every(isSystemd) ? undefined : false
}

function isSystemd({ name, pid }: Holder): boolean {
	return pid === 1 && (name === 'systemd' || name === 'init')
}

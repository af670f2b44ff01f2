import type { Facts } from '../../text/parser.ts'

/** What one output says of itself, whatever a flow makes of it. */
export interface Soundness {
	readonly sound: boolean
	/** One sentence. */
	readonly say: string
	/** Names of the facts that tell it. */
	readonly facts: readonly string[]
	/** What failed, as the parser calls it. */
	readonly failure?: string
}

/** Whether the output that these facts were read from looks healthy; undefined when it alone does not tell. Pure. */
export function soundnessOf(parser: string, facts: Facts): Soundness | undefined {
	switch (parser) {
		case 'http':
			return ofAnswer(facts)
		case 'http-codes':
			return typeof facts.bad === 'number'
				? told(facts.bad === 0, `${facts.bad} of ${String(facts.total)} requests failed.`, 'codes', 'bad')
				: undefined
		case 'nginx-test':
			if (facts.notRoot === true || facts.notInstalled === true || typeof facts.ok !== 'boolean') return undefined
			return facts.ok
				? told(true, "nginx's configuration passes its test.", 'ok')
				: told(
						false,
						`nginx ${facts.kind === 'bind' ? 'cannot have its address' : 'rejects its configuration'}${quoted(facts.message)}.`,
						'message',
					)
		case 'nginx-error-log':
			return ofErrorLog(facts)
		case 'nginx-access-log':
			return typeof facts.last === 'number'
				? told(isGood(facts.last), `The last request in the access log was answered with ${facts.last}.`, 'last')
				: undefined
		case 'systemctl-status':
		case 'systemctl-show':
			return ofUnit(facts)
		case 'gunicorn-journal':
			return ofJournal(facts)
		case 'python-traceback':
			return facts.ok === false ? told(false, `Python fails${exceptionOf(facts)}.`, 'exception', 'failure') : undefined
		case 'processes':
			return ofProcesses(facts)
		case 'path-walk':
			return typeof facts.reachable === 'boolean'
				? told(
						facts.reachable,
						facts.reachable ? 'The way to the path is open.' : 'The way to the path is closed.',
						'reachable',
					)
				: undefined
		case 'ls-l':
			return facts.exists === false
				? told(false, `There is no ${String(facts.path ?? 'such file')}.`, 'exists')
				: undefined
		case 'disk':
			if (typeof facts.anyFull !== 'boolean') return undefined
			return facts.anyFull
				? told(false, `No space is left on ${(facts.full as readonly string[]).join(', ')}.`, 'full')
				: told(true, 'No file system is full.', 'highest')
		case 'kernel-log':
			return ofKernel(facts)
		default:
			return undefined
	}
}

function told(sound: boolean, say: string, ...facts: readonly string[]): Soundness {
	return { sound, say, facts }
}

function quoted(text: unknown): string {
	return typeof text === 'string' ? `: ${text.replace(/\.$/, '')}` : ''
}

/** ` with KeyError: 'SECRET_KEY'`; empty when no exception is told. */
export function exceptionOf({ exception, message }: Facts): string {
	return typeof exception === 'string' ? ` with ${exception}${quoted(message)}` : ''
}

function ofAnswer({ status, error, message }: Facts): Soundness | undefined {
	if (typeof error === 'string') return told(false, `The request failed${quoted(message ?? error)}.`, 'error')
	if (typeof status !== 'number') return undefined
	return told(isGood(status), `The answer is ${status}.`, 'status')
}

/** What asks for a login is an answer of the application. */
function isGood(status: number): boolean {
	return status < 400 || status === 401 || status === 403
}

const FAILURES_OF_LOG: Readonly<Record<string, string>> = {
	refused: 'nobody accepts the connection (111, Connection refused)',
	'no-file': 'there is no such socket file (2, No such file or directory)',
	denied: 'nginx may not connect (13, Permission denied)',
	'premature-close': 'the upstream closed the connection before it answered',
	timeout: 'the upstream did not answer in time',
	reset: 'the upstream reset the connection (104)',
	'no-live-upstreams': 'no server of the upstream block is in use',
	'invalid-header': 'the answer is not valid HTTP',
	'header-too-big': "the answer's headers are too big",
	'host-not-found': 'a name cannot be resolved',
	ssl: 'the TLS handshake with the upstream failed',
	backlog: "the upstream's queue of connections is full (11)",
	files: 'no file descriptors are left (24)',
	'worker-connections': 'nginx has used up its connections',
	'no-route': 'there is no way to the upstream (113)',
}

function ofErrorLog(facts: Facts): Soundness | undefined {
	const { total, fresh, kind, upstream, emergency } = facts
	if (typeof total !== 'number' || total === 0) return undefined
	if (typeof fresh === 'number' && fresh > 0) {
		const where = typeof upstream === 'string' ? ` for ${upstream}` : ''
		return told(
			false,
			`The last failure in the error log${where}: ${FAILURES_OF_LOG[String(kind)] ?? String(kind)}.`,
			'kind',
		)
	}
	if (typeof emergency === 'string')
		return told(false, `nginx could not start or reload${quoted(emergency)}.`, 'emergency')
	return told(true, 'The error log names no failure of an upstream.', 'total')
}

function ofUnit({
	unit,
	id,
	active,
	failed,
	restarting,
	activeState,
	notFound,
	triggeredBy,
}: Facts): Soundness | undefined {
	const name = String(unit ?? id ?? 'the unit')
	// Few services have a socket unit, and that there is none says nothing.
	if (notFound === true)
		return name.endsWith('.socket') ? undefined : told(false, `There is no unit ${name}.`, 'notFound')
	if (active === true) return told(true, `${name} is active.`, 'activeState', 'active')
	if (failed === true) return told(false, `${name} has failed.`, 'activeState', 'failed')
	if (restarting === true) return told(false, `${name} dies and is started again and again.`, 'restarting')
	// With socket activation an inactive service waits for its first connection.
	if (typeof activeState !== 'string' || (Array.isArray(triggeredBy) && triggeredBy.length > 0)) return undefined
	return told(false, `${name} is ${activeState}.`, 'activeState')
}

function ofJournal(facts: Facts): Soundness | undefined {
	const { failure, ready } = facts
	if (typeof failure !== 'string') return undefined
	if (failure === 'none')
		return ready === true ? told(true, 'Gunicorn started, and nothing failed since.', 'ready', 'listening') : undefined
	if (failure === 'service-stopped') return told(false, 'The log ends with the service stopped.', 'failure')
	return { ...told(false, `The log tells of a failure${exceptionOf(facts)}.`, 'failure', 'exception'), failure }
}

function ofProcesses({ gunicorn, stopped }: Facts): Soundness | undefined {
	if (stopped === true) return told(false, 'Gunicorn’s processes are stopped (state T).', 'stopped')
	if (typeof gunicorn !== 'number') return undefined
	return gunicorn > 0
		? told(true, `Gunicorn runs (${gunicorn} processes).`, 'gunicorn')
		: told(false, 'No Gunicorn process runs.', 'gunicorn')
}

function ofKernel({ oomKilled, oomProcess, denied, segfault, segfaultProcess }: Facts): Soundness | undefined {
	if (denied === true) return told(false, 'The kernel log has a denial of a security policy.', 'denied')
	if (oomKilled === true)
		return told(false, `The kernel killed ${String(oomProcess ?? 'a process')} for lack of memory.`, 'oomKilled')
	return segfault === true ? told(false, `${String(segfaultProcess ?? 'A process')} crashed.`, 'segfault') : undefined
}

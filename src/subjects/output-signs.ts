import type { OutputKind } from './output-kinds.ts'

/** What one line says about the output that it stands in. */
export interface Sign {
	readonly kind: OutputKind | 'journal'
	/** It can only be the first line of its output. */
	readonly first?: boolean
	/** The file or the unit that the output is about. */
	readonly subject?: string
}

/** A line of journald or syslog: its program, and its message. */
const JOURNAL =
	/^(?:<\d{1,3}>)?(?:\S{2,12} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)|\S{1,12} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S{1,6}) (?:[^\s[\]:]{1,255} )([A-Za-z_(][^\s:[\]]{0,100})(?:\[\d{1,10}\])?: ?(.*)$/
/** The same without its prefix, as people copy it. */
const UNIT_SAYS =
	/^([\w@:.\\-]{1,250}\.(?:service|socket)): (?:Failed |Main process |Control process |Start |Scheduled |Changing |Unit |Unable |Deactivated |Service |State )/
const ERROR_LOG =
	/^.{0,80}?\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(?:debug|info|notice|warn|error|crit|alert|emerg)\] \d{1,10}#\d/
/** An entry of the error log whose beginning was left out. */
const UNDATED_ERROR =
	/^(?:\[?(?:error|crit|warn|alert)\] )?(?:\d{1,10}#\d{1,10}: )?(?:\*\d{1,20} )?(?=(?:connect\(\)|recv\(\)|send\(\)|upstream |no live upstreams|SSL_do_handshake|could not be resolved).{1,1500}(?:, client: |, upstream: "|\) while connecting to upstream))/
const GUNICORN = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: ?[+-]\d{4})?\] \[\d{1,10}\] \[[A-Z]{1,10}\] /
const STATUS_HEAD = /^(?:[●○×↻*•] )?([\w@:.\\-]{1,250}\.(?:service|socket|timer|target))(?: - .*)?$/
const LONG_FILE = /^[-dlspcb][-rwxsStT]{9}[.+@]? +\d{1,9} +\S{1,64} +\S{1,64} +[\d.,]{1,20}[KMGTP]? +\S.*? (\S+)$/
const WALKED = /^ ?[-dlspcb][-rwxsStT]{9}[.+@]? +\S{1,64} +\S{1,64} +\S/
const SHOW_KEY =
	/^(?:Type|Id|Names|MainPID|ActiveState|SubState|LoadState|UnitFileState|ExecMainStatus|ExecMainCode|Result|NRestarts|FragmentPath|NotifyAccess|ControlPID|NeedDaemonReload|RestartUSec|InvocationID)=/
const UNIT_KEY =
	/^(?:ExecStart(?:Pre|Post)?|ExecReload|ExecStop|WorkingDirectory|User|Group|Environment|EnvironmentFile|Restart|RestartSec|PIDFile|RuntimeDirectory|UMask|PrivateTmp|WantedBy|After|Requires|Wants|Description|ListenStream|KillMode)=/
const NGINX_DIRECTIVE =
	/^\s{0,40}(?:(?:server|http|events|stream|upstream [^\s;{]{1,200}|location [^;{]{1,300}|map [^;{]{1,300})\s*\{|(?:listen|server_name|proxy_pass|uwsgi_pass|fastcgi_pass|proxy_set_header|proxy_read_timeout|upstream)\s[^;{]{1,400};)/
const PROCESS =
	/^\S{1,32}\s+\d{1,10}\s+[\d.]{1,6}\s+[\d.]{1,6}\s+\d+\s+\d+\s+\S+\s+[A-Z]\S{0,6}\s+\S+\s+\d+:\d+\s|^\S{1,32}\s+\d{1,10}\s+\d{1,10}\s+\d{1,3}\s+\S+\s+\S+\s+\d+:\d+:\d+\s/
const LISTENER =
	/^(?:(?:tcp6?|udp6?|u_str|u_seq|u_dgr)\s+)?(?:LISTEN|UNCONN)\s+\d+\s+\d+\s|^Netid\s+State\s|^State\s+Recv-Q|^Active Internet connections|^tcp6?\s+\d+\s+\d+\s+\S+:\d+\s.*LISTEN|^unix\s+\d+\s+\[ ACC \]/
const UNIT_LISTED =
	/^\s{0,4}(?:[●○×*] )?[\w@:.\\-]{1,250}\.(?:service|socket)\s+(?:(?:loaded|not-found|masked)\s+(?:active|inactive|failed|activating)|enabled|disabled|static|masked|indirect|generated|alias)\b/
const HTTP_TITLE =
	/^(?:<title>|<h1>|<center><h1>|<head><title>|<html><head><title>)?([45]\d\d) (?:Bad Gateway|Gateway Time-?out|Service (?:Temporarily )?Unavailable|Internal Server Error)(?:<.*)?$/i

/** What a line and the next one look like; undefined for what could be anything. Patterns cost no more than the line. */
export function signOf(text: string, next: string): Sign | undefined {
	if (text === '') return undefined
	// nginx can log to syslog; what it says at a start stands in its journal.
	if (ERROR_LOG.test(text) && text.includes(', client: ')) return { kind: 'nginx-error-log' }
	if (JOURNAL.test(text)) return { kind: 'journal' }
	if (ERROR_LOG.test(text) || UNDATED_ERROR.test(text)) return { kind: 'nginx-error-log' }
	if (GUNICORN.test(text)) return { kind: 'gunicorn-log' }
	if (text.startsWith('Traceback (most recent call last):')) return { kind: 'traceback' }
	if (UNIT_SAYS.test(text)) return { kind: 'journal' }
	if (/^-- (?:Logs begin|Journal begins|No entries|Boot [0-9a-f]|Reboot)/.test(text)) return { kind: 'journal' }
	const head = STATUS_HEAD.exec(text)
	if (head !== null && /^\s{2,}Loaded: /.test(next))
		return { kind: 'systemctl-status', first: true, subject: head[1] ?? '' }
	const missing = /^Unit ([\w@:.\\-]{1,250}) could not be found\.?$/.exec(text)
	if (missing !== null) return { kind: 'systemctl-status', first: true, subject: missing[1] ?? '' }
	return signOfWeb(text) ?? signOfHost(text)
}

function signOfWeb(text: string): Sign | undefined {
	if (/^(?:< ?)?HTTP\/[\d.]{1,4} \d{3}(?: |$)/.test(text)) return { kind: 'http' }
	if (/^(?:.{0,40}\b)?curl: (?:\(\d{1,3}\) |no URL|option )/.test(text)) return { kind: 'http' }
	if (/^\* {1,4}(?:Trying |Connected to |connect to |Could not resolve|Host )/.test(text)) return { kind: 'http' }
	if (/^ {2}% Total {4}% Received/.test(text) || HTTP_TITLE.test(text)) return { kind: 'http' }
	if (/^(?:http_code[=:] ?)?[1-5]\d\d$|^000$/.test(text)) return { kind: 'http-codes' }
	if (/^\S{1,45} \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d: +-]{10,20}\] "/.test(text))
		return { kind: 'nginx-access-log' }
	if (
		/^nginx: (?:the )?configuration file |^nginx: \[(?:emerg|alert|crit|error|warn)\]|nginx: (?:command )?not found/.test(
			text,
		)
	)
		return { kind: 'nginx-test' }
	if (/^# configuration file \/.{1,400}:$/.test(text)) return { kind: 'nginx-config' }
	return NGINX_DIRECTIVE.test(text) ? { kind: 'nginx-site' } : undefined
}

function signOfHost(text: string): Sign | undefined {
	const file = /^# (\/\S{1,400}\.(?:service|socket)(?:\.d\/\S{1,200}\.conf)?)$/.exec(text)?.[1]
	if (file !== undefined) return { kind: 'unit-file', subject: unitOfFile(file) }
	const absent = /^No files found for ([\w@:.\\-]{1,250})\.$|^# Unit ([\w@:.\\-]{1,250}) is masked\.$/.exec(text)
	if (absent !== null) return { kind: 'unit-file', subject: absent[1] ?? absent[2] ?? '' }
	if (/^\[(?:Unit|Service|Install|Socket)\]$/.test(text)) return { kind: 'unit-file' }
	if (SHOW_KEY.test(text)) return { kind: 'systemctl-show' }
	if (UNIT_KEY.test(text)) return { kind: 'unit-file' }
	if (text.startsWith('f: /')) return { kind: 'namei', first: true, subject: text.slice(3).trim() }
	if (/^ {2}File: /.test(text))
		return { kind: 'stat', first: true, subject: unquoted(text.slice(8).split(' -> ')[0] ?? '') }
	const failed = /^(?:\/\S{0,60}\/)?(ls|stat): .{0,60}?['‘"](\/[^'’"]{1,1000})['’"]/.exec(text)
	if (failed !== null) return { kind: failed[1] === 'ls' ? 'ls' : 'stat', first: true, subject: failed[2] ?? '' }
	const listed = LONG_FILE.exec(text)
	if (listed !== null) {
		const path = text.includes(' -> ') ? undefined : listed[1]
		return path?.startsWith('/') === true ? { kind: 'ls', first: true, subject: path } : { kind: 'ls' }
	}
	if (WALKED.test(text)) return { kind: 'namei' }
	if (/^total \d[\d.,]*[KMGT]?$/.test(text)) return { kind: 'ls' }
	if (LISTENER.test(text)) return { kind: 'listeners' }
	if (/^ *(?:[%A-Z_]+ +)*PID +(?:[%A-Z_]+ +)*(?:COMMAND|CMD|ARGS)$/.test(text) || PROCESS.test(text))
		return { kind: 'processes' }
	if (/^\s*UNIT(?: FILE)?\s+(?:LOAD|STATE)\b/.test(text) || UNIT_LISTED.test(text)) return { kind: 'unit-list' }
	if (/^uid=\d{1,10}\(|^id: .{1,70}: no such user/i.test(text)) return { kind: 'identity' }
	if (/^\d{9,11} [+-]\d{4}$/.test(text)) return { kind: 'clock' }
	if (/^Filesystem\s+(?:\S+\s+){3,}Mounted on$/.test(text)) return { kind: 'disk' }
	if (/^(?:Enforcing|Permissive|Disabled)$|^SELinux status: /.test(text)) return { kind: 'selinux' }
	if (
		/^\[ {0,12}\d{1,12}\.\d{6}\] |^type=AVC msg=audit\(|^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\] /.test(
			text,
		)
	)
		return { kind: 'kernel-log' }
	return /^(?:bind|workers|worker_class|timeout|umask|accesslog|errorlog|wsgi_app) ?= ?\S/.test(text)
		? { kind: 'gunicorn-config' }
		: undefined
}

/** Of a journal line: whose it is. undefined when it is no journal line. */
export function writerOf(text: string): 'nginx' | 'kernel' | 'service' | undefined {
	const match = JOURNAL.exec(text)
	if (match === null) return undefined
	const [, program = '', message = ''] = match
	if (program === 'kernel' || program === 'audit') return 'kernel'
	if (/^\(?nginx\)?$/.test(program)) return 'nginx'
	const unit = serviceOf(message)
	if (program.startsWith('systemd') && (unit === 'nginx.service' || /high performance web server/i.test(message)))
		return 'nginx'
	return 'service'
}

/** The unit that a message of systemd names; undefined when it names none. */
export function unitOfJournalLine(text: string): string | undefined {
	const bare = UNIT_SAYS.exec(text)?.[1]
	if (bare !== undefined) return bare
	const match = JOURNAL.exec(text)
	return match?.[1]?.startsWith('systemd') === true ? serviceOf(match[2] ?? '') : undefined
}

function serviceOf(message: string): string | undefined {
	return (
		/^([\w@:.\\-]{1,250}\.(?:service|socket)): /.exec(message)?.[1] ??
		/^(?:Starting|Started|Stopping|Stopped|Failed to start) ([\w@:.\\-]{1,250}\.(?:service|socket)) - /.exec(
			message,
		)?.[1]
	)
}

/** A line of nginx's error log with the beginning that it lacks, whose time is not one; any other line as it is. */
export function completeErrorLine(text: string): string {
	const found = ERROR_LOG.test(text) ? null : UNDATED_ERROR.exec(text)
	return found === null ? text : `0000/00/00 00:00:00 [error] 0#0: ${text.slice(found[0].length)}`
}

/** The status that a browser's error page shows; undefined for any other line. */
export function statusOfPage(text: string): string | undefined {
	return HTTP_TITLE.exec(text)?.[1]
}

function unitOfFile(path: string): string {
	return /([^/]+\.(?:service|socket))(?:\.d\/[^/]+)?$/.exec(path)?.[1] ?? path
}

function unquoted(text: string): string {
	return text.trim().replace(/^['‘](.*)['’]$/, '$1')
}

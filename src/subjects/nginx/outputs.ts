import type { OpenOutput, OutputKind, Part } from '../../text/output-kind.ts'
import type { OutputLine } from '../../text/parser.ts'
import { serviceIn } from '../systemd/index.ts'

const LEVELS = 'debug|info|notice|warn|error|crit|alert|emerg'
/** An entry of the error log, wherever in the line it begins. */
const ENTRY = new RegExp(`^.{0,120}?\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d \\[(${LEVELS})\\] \\d{1,10}#\\d`)
/** What nginx says of an upstream that fails (ngx_http_upstream.c and its neighbours), without the entry's beginning. */
const OF_UPSTREAM = new RegExp(
	`(?:${[
		'(?:connect|recv|recvmsg|readv|send|sendmsg|writev|sendfile|socket)\\(\\) (?:to \\S{1,500} )?failed \\(\\d{1,5}: [^)]{1,200}\\) while (?:connecting to|reading|sending)',
		'upstream timed out \\(\\d{1,5}: [^)]{1,200}\\)',
		'upstream prematurely closed (?:connection|FastCGI)',
		'upstream sent (?:too big header|invalid|no valid|unexpected|unsupported|duplicate|more data|more than|header)',
		'upstream (?:closed|rejected|is closed|SSL certificate|server temporarily disabled)',
		'no live upstreams while ',
		'(?:SSL_do_handshake|SSL_read|SSL_write)\\(\\) failed ',
		'peer closed connection in SSL handshake',
		'\\S{1,255} could not be resolved \\(\\d{1,3}: ',
		'no resolver defined to resolve ',
		'(?:invalid|no) port in (?:resolved )?upstream ',
		'invalid URL prefix in "',
		'\\d{1,7} worker_connections are not enough',
		'(?:accept4?|socket|open|pipe)\\(\\)(?: "[^"]{1,1000}")? failed \\(24: ',
	].join('|')})`,
)
/** A request's own fields, which nothing but an entry of the error log has in this form. */
const FIELDS =
	/, client: [^,]{1,200}, server: [^,]{0,300}, request: "|, upstream: "(?:https?|uwsgi|fastcgi|grpcs?|scgi):\/\//
const ACCESS = /^\S{1,45} \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d: +-]{10,20}\] "/
const TEST =
	/nginx: (?:the )?configuration file |nginx: \[(?:emerg|alert|crit|error|warn)\]|nginx: (?:command )?not found/
/** The same without its beginning: what nginx objects to ends with the file and the line. */
const OBJECTION =
	/^(?:\[(?:emerg|alert|crit|warn)\] (?:\d{1,10}#\d{1,10}: )?\S|(?:unknown directive|unexpected "|directive "|invalid (?:number of arguments|parameter|value|URL prefix|port)|duplicate |conflicting |host not found in |"\w{1,60}" directive ).{0,1000} in \/[^\s:]{1,400}:\d{1,7}$|bind\(\) to \S{1,300} failed \(\d|still could not bind\(\)|cannot load certificate |could not build (?:\w{1,60}_hash|optimal ))/
const DIRECTIVE =
	/^\s{0,40}(?:(?:server|http|events|stream|upstream [^\s;{]{1,200}|location [^;{]{1,300}|map [^;{]{1,300})\s*\{|(?:listen|server_name|proxy_pass|uwsgi_pass|fastcgi_pass|proxy_set_header|proxy_read_timeout|upstream)\s[^;{]{1,400};)/
const WHOLE_FILE = /^# configuration file \/.{1,400}:$/

const SERVICE = /^nginx(?:\.service)?$/

/** What nginx prints: its test, its logs, its configuration, and what it says when it starts. */
export const nginxOutputs: readonly OutputKind[] = [
	{
		name: 'nginx-error-log',
		label: "nginx's error log",
		parsers: ['nginx-error-log'],
		joins: 'below-one-prompt',
		printedBy: (command) => (/^(?:tail|cat|less|head|grep)\b.*nginx\S*error\S*\.log/.test(command) ? {} : undefined),
		sign: ({ text }) => (ENTRY.test(text) || OF_UPSTREAM.test(text) || FIELDS.test(text) ? {} : undefined),
		isWriter: (writer, message) => isOwn(writer) && ENTRY.test(message) && message.includes(', client: '),
		divide: logAndStart,
		// That it has no failure of an upstream does not tell that all is well: it is a log of errors.
		isSound: ({ fresh, emergency }) => (Number(fresh) > 0 || emergency !== undefined ? false : undefined),
	},
	{
		name: 'nginx-access-log',
		label: "nginx's access log",
		parsers: ['nginx-access-log'],
		joins: 'below-one-prompt',
		printedBy: (command) => (/^(?:tail|cat|less|head|grep)\b.*access\S*\.log/.test(command) ? {} : undefined),
		sign: ({ text }) => (ACCESS.test(text) ? {} : undefined),
		isSound: ({ last }) => (typeof last === 'number' ? last < 400 || last === 401 || last === 403 : undefined),
	},
	{
		name: 'nginx-test',
		label: 'nginx -t',
		parsers: ['nginx-test'],
		program: 'nginx',
		printedBy: (command) => (/^(?:\S*\/)?nginx\b(?!.* -T\b)/.test(command) ? {} : undefined),
		sign: ({ text }) => (TEST.test(text) || OBJECTION.test(text) ? {} : undefined),
		holds: (kind) => kind === 'nginx-error-log',
		claims: isObjectionsOnly,
		divide: (lines) => [
			isStart(lines)
				? { kind: 'nginx-start', lines: lines.map(completeObjection), about: { unit: 'nginx' } }
				: { kind: 'nginx-test', lines: lines.map(completeObjection) },
		],
		isSound: ({ ok, notRoot, notInstalled }) =>
			notRoot === true || notInstalled === true || typeof ok !== 'boolean' ? undefined : ok,
	},
	{
		name: 'nginx-start',
		label: 'what nginx said at its start',
		parsers: ['nginx-test', 'journal'],
		printedBy: (command) =>
			/^journalctl\b.*(?:-\w*u ?|--unit[= ])nginx\b/.test(command) ? { unit: 'nginx' } : undefined,
		isWriter: (writer, message) =>
			isOwn(writer) ||
			(writer.startsWith('systemd') &&
				(SERVICE.test(serviceIn(message) ?? '') || /high performance web server/i.test(message))),
		divide: (lines) => [{ kind: 'nginx-start', lines: sinceStart(lines), about: { unit: 'nginx' } }],
	},
	{
		name: 'nginx-config',
		label: "nginx's configuration (nginx -T)",
		parsers: ['nginx-config'],
		program: 'nginx',
		printedBy: (command) => (/^(?:\S*\/)?nginx\b.* -T\b/.test(command) ? {} : undefined),
		sign: ({ text }) => (WHOLE_FILE.test(text) || DIRECTIVE.test(text) ? {} : undefined),
		goesOn: (text, open) => open.depth > 0 || /^\s*#|[;{}]\s*(?:#.*)?$/.test(text) || isWhole(open.lines),
		// Within braces everything is nginx's.
		holds: (_, { depth }) => depth > 0,
		divide: (lines, command) => [
			{ kind: isWhole(lines) || / -T\b/.test(command ?? '') ? 'nginx-config' : 'nginx-site', lines },
		],
	},
	{
		name: 'nginx-site',
		label: "a part of nginx's configuration",
		parsers: ['nginx-config'],
		joins: 'below-one-prompt',
		// The rest of the configuration may say otherwise.
		wholeOnly: ['isDefaultSite', 'static', 'returns', 'otherTargets', 'undecided', 'readTimeout', 'errorLog'],
		printedBy: (command) => (/^(?:tail|cat|less|head) .*\/nginx\//.test(command) ? {} : undefined),
	},
]

function isOwn(writer: string): boolean {
	return /^\(?nginx\)?$/.test(writer)
}

function isWhole(lines: readonly OutputLine[]): boolean {
	return lines.some(({ text }) => WHOLE_FILE.test(text))
}

/**
 * Entries of the error log, completed where their beginnings were left out. Where the last that it says is why nginx
 * could not start, that is what nginx says at a start, too.
 */
function logAndStart(lines: readonly OutputLine[]): readonly Part[] {
	const whole: Part = { kind: 'nginx-error-log', lines: lines.map(completeEntry) }
	const entries = lines.filter(({ text }) => ENTRY.test(text))
	const isOfStart = (text: string): boolean =>
		/^(?:emerg|alert|crit)$/.test(ENTRY.exec(text)?.[1] ?? '') && !/#\d{1,10}: \*\d/.test(text)
	const last = entries.findLastIndex(({ text }) => !isOfStart(text))
	const objections = entries.slice(last + 1).filter(({ text }) => ENTRY.exec(text)?.[1] === 'emerg')
	if (objections.length === 0) return [whole]
	return [whole, { kind: 'nginx-start', lines: objections, about: { unit: 'nginx' }, within: true }]
}

/** What `nginx -t` objects to looks like entries of the error log. */
function isObjectionsOnly({ kind, lines }: OpenOutput): boolean {
	return (
		kind === 'nginx-error-log' &&
		lines.every(({ text }) => /\[(?:emerg|alert|crit|warn)\] /.test(text) && !text.includes(', client: '))
	)
}

/** An entry whose beginning was left out gets one, whose time is none. */
function completeEntry(line: OutputLine): OutputLine {
	if (ENTRY.test(line.text)) return line
	const at = OF_UPSTREAM.exec(line.text)?.index
	if (at === undefined) return line
	const level = new RegExp(`\\[(${LEVELS})\\]`).exec(line.text.slice(0, at))?.[1] ?? 'error'
	return { ...line, text: `0000/00/00 00:00:00 [${level}] 0#0: ${line.text.slice(at)}` }
}

function completeObjection(line: OutputLine): OutputLine {
	if (TEST.test(line.text) || ENTRY.test(line.text) || !OBJECTION.test(line.text)) return line
	const text = line.text.replace(/^\[(\w+)\] (?:\d{1,10}#\d{1,10}: )?/, '[$1] ')
	return { ...line, text: text.startsWith('[') ? `nginx: ${text}` : `nginx: [emerg] ${text}` }
}

/** A test does not mind that an address is in use, and ends with a verdict. */
function isStart(lines: readonly OutputLine[]): boolean {
	const says = (pattern: RegExp): boolean => lines.some(({ text }) => pattern.test(text))
	return says(/\bbind\(\) to .* \(98: /) && !says(/configuration file .* test (?:failed|is successful)/)
}

/** What nginx objected to before it was started again is history. */
function sinceStart(lines: readonly OutputLine[]): readonly OutputLine[] {
	const start = lines.findLastIndex(({ text }) => /\bsystemd\[\d+\]: Started /.test(text))
	return start < 0 ? lines : lines.slice(start)
}

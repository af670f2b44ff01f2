import { redactPlaces } from './secret-places.ts'
import { isPlainValue, isRandom, REDACTED } from './secret-values.ts'
import { VENDOR_SHAPES } from './vendor-shapes.ts'

/**
 * What is secret in a line by its place: after a telling name, in a header, in a URL's user part, or by a shape that no
 * vendor owns. Sources: RFC 9110 (Authorization), RFC 6265 (cookies), RFC 3986 (userinfo), RFC 7519 (JWT), crypt(5).
 *
 * Every expression takes linear time: repetition is over one class, and a lookbehind lets it start only at the first
 * character of a run, so that no run is scanned twice.
 */

const TELLING =
	/passw(?:or)?d|passphrase|passcode|secret|credential|(?<!max[_-])tokens?$|token[_-]|(?:^|[^a-z])(?:pass|pwd|pw|dsn|auth)$|(?:db|user|admin|root|pg|mysql|my|smtp|mail|redis|ssh|rsync)[_-]?(?:pass|pwd)$|(?:^|[^a-z])dsn(?:[^a-z]|$)|(?:api|access|account|private|secret|signing|encryption|encrypt|master|session|auth|license|fernet|shared|hmac|service|storage|client|app|deploy)[_-]?keys?(?:[_-]?(?:base|id|base64|\d+))?$|salt$/

/** Names that mention a secret but hold something that a diagnosis needs: a path, an error, a number. */
const HARMLESS =
	/(?:error|exception|warning|invalid|expired|required|missing|file|path|dir|directory|name|length|size|count|limit|age|ttl|expiry|expires|timeout|type|policy|hashers?|validators?|algorithm)$|^(?:old)?pwd$|public/

/** Whether a value that stands after this name (`DB_PASSWORD`, `apiKey`) is to be redacted. */
export function isTellingName(name: string): boolean {
	const spaced = name.replace(/([a-z\d])([A-Z])/g, '$1_$2')
	const lower = spaced.toLowerCase()
	if (HARMLESS.test(lower)) return false
	return TELLING.test(lower) || /^[A-Z\d_]*(?:^|_)KEYS?(?:_BASE|_BASE64|_OLD|_NEW|_\d+)?$/.test(spaced)
}

const NAME =
	/(?<![\w.-])(-{0,2}[A-Za-z_][\w.-]*)(\\*["']?\]?)([ \t]*(?:=>|:=|[=:])[ \t]*|[ \t]*,[ \t]*(?=["'])|[ \t]+)/g
/** Letters before it make a string of bytes, or a raw one. */
const OPENING = /(?:[bBrRuU]{1,2}(?=["']))?(\\*(?:"""|'''|["']))/y

/** Hears of each value that is taken out. */
export type Note = (secret: string) => void

/** `name=value`, `name: value`, `"name": "value"`, `--name value`. */
function redactNamedValues(line: string, note: Note): string {
	let result = ''
	let copied = 0
	NAME.lastIndex = 0
	for (let found = NAME.exec(line); found !== null; found = NAME.exec(line)) {
		const [whole, name = '', closing = '', separator = ''] = found
		const from = found.index + whole.length
		const option = name.startsWith('--')
		const blank = separator.trim() === ''
		// The name of a value that is no secret may itself follow: `Environment=SECRET_KEY=…`.
		if (!isTellingName(name.replace(/^-+/, '')) || (blank && !option)) {
			NAME.lastIndex = from
			continue
		}
		const before = line[found.index - 1] ?? ''
		// `define('DB_PASSWORD', '…')`, and no list of names.
		if (separator.includes(',') && (closing === '' || line[found.index - 2] !== '(')) {
			NAME.lastIndex = from
			continue
		}
		const enclosing = closing === '' && (before === '"' || before === "'") ? before : undefined
		const opensLine = copied === 0 && /^[\s\-#;"']{0,80}$/.test(line.slice(0, found.index))
		const end = valueEnd(line, from, {
			enclosing,
			toEnd: opensLine && /[ \t:]/.test(separator) && !option,
			parameter: before === '?' || before === '&',
		})
		const value = line.slice(end.from, end.to)
		if (end.to <= end.from || isPlainValue(value)) continue
		note(value)
		result += line.slice(copied, end.from) + REDACTED
		copied = end.to
		NAME.lastIndex = end.to
	}
	return copied === 0 ? line : result + line.slice(copied)
}

/** Where the value that begins at `from` stands, without its quotes. */
function valueEnd(
	line: string,
	from: number,
	{ enclosing, toEnd, parameter }: { enclosing: string | undefined; toEnd: boolean; parameter: boolean },
): { from: number; to: number } {
	OPENING.lastIndex = from
	const opening = OPENING.exec(line)
	if (opening !== null) {
		const start = from + opening[0].length
		return { from: start, to: closingQuote(line, start, opening[1] ?? '"') }
	}
	if (parameter) {
		const end = line.slice(from).search(/[&#\s"']/)
		return { from, to: end === -1 ? line.length : from + end }
	}
	if (enclosing !== undefined) return { from, to: closingQuote(line, from, enclosing) }
	if (toEnd) return { from, to: line.length - (/[,;]?\s*$/.exec(line.slice(-8))?.[0].length ?? 0) }
	const blank = line.slice(from).search(/[\s"'](?<!\\\s)/)
	return { from, to: blank === -1 ? line.length : from + blank }
}

function closingQuote(line: string, from: number, quote: string): number {
	for (let at = line.indexOf(quote, from); at !== -1; at = line.indexOf(quote, at + 1)) {
		let slashes = 0
		while (line[at - 1 - slashes] === '\\' && at - 1 - slashes >= from) slashes++
		if (slashes % 2 === 0) return at
	}
	return line.length
}

const HEADER =
	/(?<![\w-])((?:http_)?(?:proxy[-_])?authorization|(?:http_)?(?:set-)?cookie2?|(?:http_)?x[-_](?:api[-_]key|auth[-_]token|amz-security-token|csrf-token|csrftoken|access-token|vault-token|gitlab-token)|(?:private|job|deploy)-token|api-key)(\\*["']?[ \t]*[:=][ \t]*\\*["']?)((?:basic|bearer|digest|token|negotiate|apikey|aws4-hmac-sha256)[ \t]+)?/gi

/** A header's value, to the end of the line or of the quotes that the header stands in. */
function redactHeaders(line: string, note: Note): string {
	let result = ''
	let copied = 0
	HEADER.lastIndex = 0
	for (let found = HEADER.exec(line); found !== null; found = HEADER.exec(line)) {
		const from = found.index + found[0].length
		const opened = /\\*["']$/.exec(found[2] ?? '')?.[0]
		const before = line[found.index - 1]
		const quote = opened ?? (before === '"' || before === "'" ? before : undefined)
		const to = quote === undefined ? line.length : closingQuote(line, from, quote)
		const value = line.slice(from, to)
		if (to <= from || isPlainValue(value)) continue
		note(value)
		result += line.slice(copied, from) + REDACTED
		copied = to
		HEADER.lastIndex = to
	}
	return copied === 0 ? line : result + line.slice(copied)
}

/** Longest user part of a URL that is looked at; it keeps a line of many `://` linear. */
const USERINFO_LIMIT = 1024

/** `scheme://user:password@host`: the password alone, which may hold `/`, `:` and `@`. */
function redactUrlPasswords(line: string, note: Note): string {
	let result = ''
	let copied = 0
	for (let at = line.indexOf('://'); at !== -1; at = line.indexOf('://', Math.max(at + 3, copied))) {
		const start = at + 3
		const rest = line.slice(start, start + USERINFO_LIMIT)
		const blank = rest.search(/[\s"'<>`]/)
		const run = blank === -1 ? rest : rest.slice(0, blank)
		const colon = run.indexOf(':')
		const slash = run.search(/[/?#]/)
		if (colon === -1 || (slash !== -1 && slash < colon)) {
			const user = run.indexOf('@')
			const token = run.slice(0, Math.max(user, 0))
			if (token.length < 20 || (slash !== -1 && slash < user) || !isRandom(token)) continue
			note(token)
			result += line.slice(copied, start) + REDACTED
			copied = start + user
			continue
		}
		const password = run.slice(colon + 1)
		// `http://host:8000/mail@example` has a port there, not a password.
		if (/^\d{1,5}(?:[/?#]|$)/.test(password)) continue
		const end = passwordEnd(password)
		if (end <= 0 || isPlainValue(password.slice(0, end))) continue
		note(password.slice(0, end))
		result += line.slice(copied, start + colon + 1) + REDACTED
		copied = start + colon + 1 + end
	}
	return copied === 0 ? line : result + line.slice(copied)
}

/** The last `@` before the query: a password may hold `@` and `/`, and hiding the host as well is the lesser harm. */
function passwordEnd(text: string): number {
	const query = text.search(/[?#]/)
	const last = (query === -1 ? text : text.slice(0, query)).lastIndexOf('@')
	return last === -1 ? text.indexOf('@') : last
}

const SHAPES: readonly RegExp[] = [
	// A JSON web token: a base64url JSON object, a point, another.
	/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)*/g,
	// crypt(5): bcrypt, SHA-crypt, yescrypt, argon2.
	/\$(?:1|apr1|2[abxy]?|5|6|7|y|gy|argon2id?|argon2d|scrypt)\$[\w./,=$+-]{16,}/g,
	/(?<![\w])(?:pbkdf2_sha\d+|bcrypt_sha256|argon2)\$[\w./,=$+-]{16,}/g,
	/(?<![\w-])AIza[\w-]{30,}/g,
	/(?<![\w-])ya29\.[\w-]{20,}/g,
	/(?<![\w-])(?:whsec|xox[a-z]|sk|rk|pk_live|github_pat|gh[opsur])[-_][\w-]{24,}/g,
]

const SCHEME = /((?<![\w-])(?:bearer|basic)[ \t]+)(?!\[redacted\])([\w.~+/-]{12,}=*)/gi
const CURL_USER = /((?:^|\s)(?:-u|--user|-U|--proxy-user)[ \t=]*["']?[^\s:"']*:)([^\s"']+)/g

/** One line, or what is a line of several, without what is secret in it by place or shape. */
export function redactByRule(line: string, note: Note): string {
	const pair = (_: string, before: string, secret: string): string => {
		note(secret)
		return before + REDACTED
	}
	const alone = (secret: string): string => {
		note(secret)
		return REDACTED
	}
	let text = line
	if (text.includes('://')) text = redactUrlPasswords(text, note)
	text = redactHeaders(text, note)
	text = redactPlaces(text, note)
	text = redactNamedValues(text, note)
	text = text.replace(SCHEME, pair)
	if (/\b(?:curl|wget|http)\b/.test(text)) text = text.replace(CURL_USER, pair)
	for (const shape of SHAPES) text = text.replace(shape, alone)
	for (const shape of VENDOR_SHAPES) text = text.replace(shape, alone)
	return text
}

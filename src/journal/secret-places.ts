import { isPlainValue, isRandom, REDACTED } from './secret-values.ts'

/**
 * What is secret by the grammar of the program that it is said to: a password file, markup, SQL, an option. Sources:
 * crypt(5), htpasswd(1), pgpass (PostgreSQL 17, 32.16), netrc(5), the manuals of the programs that are named.
 */
export interface Place {
	/** A word without which the line need not be looked at. */
	readonly gate: RegExp
	/** Its groups: what is kept before, and the secret. */
	readonly pattern: RegExp
	/** Whether what was found is to be masked; anything that is no placeholder when left out. */
	readonly is?: (secret: string) => boolean
}

/** A salted DES hash: 13 characters, hardly a word. */
const isDes = (text: string): boolean => isRandom(text) && /[a-z]/.test(text) && /[A-Z\d./]/.test(text)

const QUOTED = String.raw`\\*["']`
const TELLING = String.raw`[\w.:-]{0,60}?(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key|secret[_-]?key)[\w.:-]{0,20}`

/** One option of a program, its value joined or apart, in quotes or not. */
function option(programs: string, options: string, separator = '[ \\t]*=?'): Place {
	return {
		gate: new RegExp(`\\b(?:${programs})\\b`),
		pattern: new RegExp(
			`((?:^|[\\s/;|&(])(?:${programs})\\s(?:[^|;&]{0,300}?\\s)?(?:${options})${separator}["']?)(?![\\s"'-])([^\\s"']+)`,
			'g',
		),
	}
}

export const PLACES: readonly Place[] = [
	// Password files.
	{ gate: /:/, pattern: /((?:^|[\s:'"])[\w.@-]{1,64}:)([./\dA-Za-z]{13})(?=$|:\d*:\d*:|["'\s]*$)/g, is: isDes },
	{
		gate: /\{/,
		pattern: /(\{(?:SHA|SSHA|SMD5|MD5|CRYPT|PLAIN|SHA256|SSHA256|SHA512|SSHA512|PBKDF2[\w-]*)\})([\w+/=.$-]{4,})/gi,
	},
	{ gate: /SCRAM-/, pattern: /(SCRAM-SHA-\d+\$\d+:)([\w+/=$:]{20,})/g },
	{
		gate: /:/,
		pattern: /((?:^|\s)(?:[\w.*-]{1,80}|\[[\da-f:]+\]):(?:\d{4,5}|\*):[^\s:]{1,63}:[^\s:]{1,63}:)([^\s:]+)$/g,
	},
	{ gate: /password/i, pattern: /(\b(?:login|user|account|default)[ \t]+\S+[ \t]+password[ \t]+)(\S+)/gi },
	{ gate: /password/i, pattern: /(^\s*password[ \t]+)(\S+)\s*$/gi, is: isRandom },
	{
		gate: /auth|pass/,
		pattern: /((?:^|[\s:])(?:requirepass|masterauth|sentinel auth-pass \S+|AUTH)[ \t]+["']?)([^\s"']+)/g,
		is: (text) => text.length > 3,
	},
	// Markup.
	{
		gate: /</,
		pattern: new RegExp(`(<(${TELLING})(?:\\s[^<>]{0,200})?>\\s*["']?)([^<>"'\\s][^<>]*?)(?=["']?\\s*<)`, 'gi'),
	},
	{
		gate: /</,
		pattern: new RegExp(
			`(<\\w+\\s(?:[^<>]{0,200}\\s)?(?:name|key|id)=${QUOTED}(${TELLING})${QUOTED}[^<>]{0,100}>)([^<>]+)`,
			'gi',
		),
	},
	{
		gate: /</,
		pattern: new RegExp(
			`((?:name|key|id|type|property)=${QUOTED}(${TELLING})${QUOTED}[^<>]{0,200}?(?:value|content)=["'])([^"'<>]+)`,
			'gi',
		),
	},
	{
		gate: /</,
		pattern: new RegExp(
			`((?:value|content)=["'])()([^"'<>]+)(?=["'][^<>]{0,200}(?:name|key|id|type)=["']${TELLING}["'])`,
			'gi',
		),
	},
	{
		gate: /<td/i,
		pattern: new RegExp(
			`(<td[^<>]{0,60}>\\s*(${TELLING}|[A-Z_]{2,40}_KEY)\\s*</td>\\s*<td[^<>]{0,60}>(?:\\s*<pre[^<>]{0,60}>)?\\s*)([^<>\\s][^<>]*)`,
			'gi',
		),
	},
	// SQL.
	{
		gate: /identified/i,
		pattern: /(\bidentified(?:\s+with\s+["'`]?\w+["'`]?)?\s+(?:by|as)\s+(?:password\s+)?["'])([^"']+)/gi,
	},
	{ gate: /password/i, pattern: /(\bpassword(?:\s*\(\s*|\s+)')([^']+)(?=')/gi },
	// Headers, cookies and parameters that a server is told by.
	{
		gate: /=/,
		pattern:
			/([?&](?:sig|signature|x-amz-signature|x-goog-signature|x-amz-credential|oauth_signature)=)([^&\s"'#]{8,})/gi,
	},
	{ gate: /key=/i, pattern: /([?&]key=)([^&\s"'#]{16,})/gi, is: isRandom },
	{ gate: /cookie/i, pattern: /(\bcookies["']?\s*[=:]\s*\{)([^{}]+)(?=\})/gi },
	{ gate: /\bcurl\b/, pattern: /((?:^|\s)(?:-b|--cookie)[ \t=]*["'])([^"']*=[^"']*)/g },
	{
		gate: /_header|_param|SetEnv|RequestHeader/i,
		pattern:
			/(\b(?:proxy_set_header|grpc_set_header|add_header|fastcgi_param|uwsgi_param|scgi_param|SetEnv|RequestHeader\s+set)[ \t]+["']?(?:[\w-]*(?:authorization|cookie|token|secret|passw(?:or)?d|api[_-]?key|secret[_-]?key|auth))["']?[ \t]+["']?(?:(?:bearer|basic|token)[ \t]+)?)(?!\$)([^\s"';]+)/gi,
	},
	{ gate: /pwd/i, pattern: /(;\s*pwd\s*=\s*)([^;"'\s]+)/gi },
	// Options of programs.
	{
		gate: /\b(?:mysql|mariadb|mysqldump|mysqladmin)/,
		pattern:
			/((?:^|[\s/])(?:mysql|mariadb)(?:dump|admin|-dump|-admin|check|import|show)?\s(?:[^|;&]{0,200}\s)?-p["']?)(?!\[)([^\s"']+)/g,
	},
	option('redis-cli', '-a|--pass'),
	option('ldap(?:search|modify|add|delete|passwd|whoami)', '-w'),
	option('mongo|mongosh|mongodump|mongorestore|mongoexport', '-p|--password'),
	option('sshpass', '-p'),
	option(
		'docker|podman|skopeo|buildah|helm|az|oc|cqlsh|influx|rabbitmqadmin|xfreerdp',
		'-p|--password|-password',
		'[ \\t=]+',
	),
	option('sqlcmd|bcp', '-P'),
	option('openssl|gpg', '-passin|-passout|-pass|--passphrase', '[ \\t=]+(?:pass:)?'),
	option('smbclient|mount\\.cifs|rpcclient|net', '-U', '[ \\t=]*["\']?[^\\s%"\']{1,64}%'),
	option('rabbitmqctl', '(?:add_user|change_password|authenticate_user)[ \\t]+\\S+', '[ \\t]+'),
	option('htpasswd', '-[a-zA-Z]*b[a-zA-Z]*[ \\t]+\\S+[ \\t]+\\S+', '[ \\t]+'),
	option('mysqladmin', 'password', '[ \\t]+'),
	{ gate: /\bchpasswd\b/, pattern: /(\becho\s+(?:-\w+\s+)?["']?[\w.-]{1,64}:)([^\s"'|]+)(?=["']?\s*\|[^|]*chpasswd)/g },
	{ gate: /\bsudo\b/, pattern: /(\becho\s+(?:-\w+\s+)?["']?)([^\s"'|]+)(?=["']?\s*\|\s*sudo\s+(?:-\w+\s+)*-\w*S)/g },
	{ gate: /\bpass:/, pattern: /((?:^|\s)pass:)([^\s"']{4,})/g },
]

/** One line without what stands in such a place. `note` hears of each value that is masked. */
export function redactPlaces(line: string, note: (secret: string) => void): string {
	let text = line
	for (const { gate, pattern, is } of PLACES) {
		if (!gate.test(text)) continue
		text = text.replace(pattern, (whole: string, before: string, ...groups: (string | number | undefined)[]) => {
			// A group between names what it is about.
			const texts = groups.slice(
				0,
				groups.findIndex((group) => typeof group === 'number'),
			)
			const secret = String(texts.at(-1) ?? '')
			if (secret === '' || secret.includes(REDACTED) || isPlainValue(secret) || is?.(secret) === false) return whole
			note(secret)
			return before + REDACTED + whole.slice(before.length + secret.length)
		})
	}
	return text
}

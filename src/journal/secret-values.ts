/** What stands for a secret that was taken out. */
export const REDACTED = '[redacted]'

/** A switch, a placeholder, a variable, a look-up: it stands where a secret could, and is none. */
const PLACEHOLDER =
	/^(?:true|false|yes|no|on|off|null|none|nil|undefined|unset|required|optional|\*+|\.{3}|…|<[^<>]*>|\$\{?\w+\}?|\$\(.*|%\(?\w+\)?s?|\{\{.*|os\.env.*|(?:environ|getenv)\b.*|\[[a-z ]{1,20}\]|env\(.*|process\.env\b.*|config\(.*|[|>][-+\d]*|[([{\\]|\d{1,3})[,;)\]}]*$/i
const PATH = /^\/(?:etc|run|var|usr|home|srv|opt|tmp|dev|root|proc|sys|lib|bin|sbin|mnt|app|data)(?:\/|$)/
const PLAIN_URL = /^(?:https?|unix|fastcgi|tcp):(?:\/\/)?[^@\s?&]*$/i

/** Whether a value that stands in the place of a secret is evidently none, and is of use to whoever reads the text. */
export function isPlainValue(value: string): boolean {
	const bare = value.replace(/^["']|["']$/g, '')
	return bare === '' || bare.startsWith(REDACTED) || PLACEHOLDER.test(bare) || PATH.test(bare) || isPlainUrl(bare)
}

/** An address without a user and without a token in its path. */
function isPlainUrl(text: string): boolean {
	return PLAIN_URL.test(text) && !text.split(/[/.:]/).some((part) => part.length >= 20 && isRandom(part))
}

/** Characters as no word has them: of two kinds at least, one a digit, or of three. */
export function isRandom(text: string): boolean {
	const upper = /[A-Z]/.test(text)
	const lower = /[a-z]/.test(text)
	return /\d/.test(text) ? upper || lower : upper && lower && /[A-Z].*[a-z].*[A-Z]/.test(text)
}

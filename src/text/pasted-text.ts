import type { OutputLine } from './parser.ts'
import { havePrefix, numbering, type Prefix, withoutPrefixes } from './prefixes.ts'

/** A line of a paste, without what a mail, a chat, a container or an editor put in front of it. */
export type PastedLine =
	| { readonly kind: 'text'; readonly line: OutputLine }
	/** A prompt with the command that somebody typed, or a line that is a command and nothing else. */
	| { readonly kind: 'command'; readonly line: OutputLine; readonly command: string }
	/** A code fence, or a prompt without a command: what follows is another output. */
	| { readonly kind: 'border'; readonly line: OutputLine }

const FENCE = /^\s{0,8}(?:```+|~~~+)\s{0,4}[\w-]{0,20}\s*$/
/** A line of Docker's own log file. */
const DOCKER_JSON = /^\{"log":"((?:[^"\\]|\\.){0,16000}?)(?:\\n)?","stream":"\w{1,10}",.{0,200}\}$/
/** A list's mark before what no output has behind one. */
const BULLET = /^ {0,8}[-*+•] (?=\S)/
const HTML_CODE = /^<(?:pre|code)[^>]{0,100}>|<\/(?:pre|code)>$/g
const INDENT = /^ {4,12}(?=\S)/

/** `root@web1:~# `, `[deploy@web1 app]$ `, `(venv) deploy@web1:/srv/app$ `. */
const PROMPT = /^(?:\([\w. -]{1,40}\) ?)?\[?[\w.-]{1,64}@[\w.*<>-]{1,255}(?:[ :][^#$%>]{0,200})?[#$%>](?: (.*))?$/
/** `$ `, `# `, `❯ `, `bash-5.1$ `: what follows has to be a command that is known. */
const BARE_PROMPT = /^(?:\([\w. -]{1,40}\) ?)?(?:\S{1,20}[$#]|[$#%❯➜→+]) {1,4}(\S.*)$/

const TOOLS =
	'systemctl|journalctl|tail|head|cat|less|grep|ls|namei|stat|ss|netstat|curl|wget|ps|df|dmesg|id|date|getenforce|sestatus|python3?|service|docker|supervisorctl|lsof|uname|free|top|pgrep'
const KNOWN = new RegExp(
	`^(?:sudo (?:-\\S+ )?(?:-u \\S+ )?)?(?:\\./|/)?(?:[\\w.-]{1,60}/){0,12}(?:${TOOLS})\\d?(?: .{0,400})?$`,
)
/** Without a prompt a line is a command only when it could not be prose. */
const ALONE =
	/^(?:sudo (?:-\S+ )?)?(?:systemctl (?:--no-pager )?(?:status|show|cat|list-units|list-unit-files|is-active|is-enabled)\b|journalctl -|tail (?:-\S+ )|cat \/|ls -\S*l|namei -|stat \/|ss -|netstat -|curl (?:-|https?:)|ps (?:aux|-|ef)|df(?: -\S+)?$|dmesg(?: |$)|id \S+$|getenforce$)/

/**
 * The lines of a paste with their prefixes taken off, and the commands told from the output. Numbers stay. Pure and
 * linear in the text's length. `isProgram` knows commands besides the usual tools.
 */
export function readPastedText(
	lines: readonly OutputLine[],
	isProgram: (command: string) => boolean = () => false,
): readonly PastedLine[] {
	return bareLines(lines).map((line): PastedLine => {
		if (FENCE.test(line.text)) return { kind: 'border', line }
		const prompt = PROMPT.exec(line.text)
		if (prompt !== null) {
			const command = commandOf(prompt[1] ?? '')
			return command === '' ? { kind: 'border', line } : { kind: 'command', line, command }
		}
		const typed = BARE_PROMPT.exec(line.text)?.[1]
		if (typed !== undefined && (KNOWN.test(commandOf(typed)) || isProgram(commandOf(typed)))) {
			return { kind: 'command', line, command: commandOf(typed) }
		}
		const alone = line.text.trim()
		if (
			(ALONE.test(alone) || (/^(?:sudo )?[\w./-]{1,100} -{1,2}\w/.test(alone) && isProgram(commandOf(alone)))) &&
			!/[.:?!,]$/.test(alone) &&
			!/ (?:shows?|says?|returns?|gives?|is|the|and I) /.test(alone)
		) {
			return { kind: 'command', line, command: commandOf(alone) }
		}
		return { kind: 'text', line }
	})
}

/** Without `sudo` and its options, which say nothing about what the output is. */
function commandOf(text: string): string {
	return text
		.trim()
		.replace(/^sudo (?:-u \S{1,64} |-\S{1,20} ){0,4}/, '')
		.trim()
}

/** A prefix that a line alone could have by chance is taken off only where nearly every line has it. */
function bareLines(lines: readonly OutputLine[]): readonly OutputLine[] {
	const filled = lines.filter(({ text }) => text.trim() !== '')
	// curl -v marks what it sends with `>`.
	const quotes = !filled.some(({ text }) => /^< HTTP\//.test(text))
	const withoutNumber = numbering(filled)
	const framed = havePrefix(filled, 'frame')
	const prefixes: readonly Prefix[] = [
		...(quotes ? (['quote'] as const) : []),
		framed ? 'frame' : 'box',
		...(['container', 'pod'] as const),
	]
	let indent = ''
	return lines.map((line) => {
		let text = line.text.endsWith('\r') ? line.text.slice(0, -1) : line.text
		text = withoutPrefixes(withoutNumber?.(text) ?? text, prefixes)
		const logged = DOCKER_JSON.exec(text)?.[1]
		if (logged !== undefined) text = fromJson(logged)
		text = text.replace(HTML_CODE, '')
		// Markdown's bold and code within a line.
		if (/^(?:\*\*|`).*(?:\*\*|`)$/.test(text) && !FENCE.test(text))
			text = text.replace(/^(?:\*\*|`+)|(?:\*\*|`+)$/g, '')
		// The mark before a unit's name gets lost, and leaves its blank.
		text = text.replace(/^ {1,2}(?=[\w@:.\\-]{1,250}\.(?:service|socket) - )/, '')
		if (/&(?:quot|lt|gt|amp|#39);/.test(text)) text = unescaped(text)
		// Forums mark code by an indent; it ends at the first line that has less.
		if (text.trim() !== '' && !text.startsWith(indent)) indent = ''
		if (indent === '') {
			const found = INDENT.exec(text)?.[0]
			if (found !== undefined && FIRST_LINE.test(text.slice(found.length))) indent = found
			const marked = BULLET.exec(text)?.[0]
			if (marked !== undefined && FIRST_LINE.test(text.slice(marked.length))) text = text.slice(marked.length)
		}
		if (text.startsWith(indent)) text = text.slice(indent.length)
		return { ...line, text }
	})
}

/** How an output can begin that is never indented by itself. */
const FIRST_LINE =
	/^(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[|[●×○*] [\w@.-]+\.(?:service|socket)\b|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ \S+\[\d+\]: |\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\]|\[(?:Unit|Service|Socket)\]$|server \{|upstream \S+ \{|HTTP\/[\d.]+ \d{3}|[a-z][\w-]{1,20}: \[(?:emerg|alert|crit|error|warn)\]|curl: \(|Traceback \(most|f: \/|[\w.-]+@[\w.-]+[:~ ].{0,80}[#$] |\$ \w)/

/** A text of a JSON string, without the escapes. */
function fromJson(text: string): string {
	try {
		return String(JSON.parse(`"${text}"`)).replaceAll('\n', ' ')
	} catch {
		return text
	}
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', lt: '<', gt: '>', amp: '&', '#39': "'" }

function unescaped(text: string): string {
	return text.replace(/&(quot|lt|gt|amp|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole)
}

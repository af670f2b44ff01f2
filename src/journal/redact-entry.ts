import type { Evidence } from '../machine/types.ts'
import type { SessionEntry } from './entry.ts'
import type { Redactor } from './redact.ts'
import { isTellingName } from './secret-rules.ts'
import { isPlainValue, REDACTED } from './secret-values.ts'

/**
 * The entry as it may be written: no secret in any of its texts. A range inside of an evidence line is left out when the
 * line changed, because it would point at something else.
 */
export function redactEntry<T extends SessionEntry>(entry: T, redactor: Redactor): T {
	// By its name alone: an input's value stands in no text that would tell.
	if (entry.type === 'input.changed' && isTellingName(entry.name)) redactor.learn(entry.value)
	return redactData(entry, redactor)
}

/** The same for any plain data: a report, a document. */
export function redactData<T>(data: T, redactor: Redactor): T {
	return walk(data, redactor) as T
}

/** What runtree itself names: a password that is a word must not rename a step. */
const STRUCTURE = new Set([
	...['type', 'run', 'step', 'stream', 'parser', 'kind', 'effect', 'privilege', 'probe', 'cause', 'state', 'because'],
	...['hash', 'session', 'mode', 'outcome', 'by', 'to', 'id', 'runtree', 'confidence'],
])

function walk(value: unknown, redactor: Redactor): unknown {
	if (typeof value === 'string') return redactor.value(value)
	if (Array.isArray(value)) return value.map((item) => walk(item, redactor))
	if (typeof value !== 'object' || value === null) return value
	if (isEvidence(value)) return redactEvidence(value, redactor)
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => {
			if (typeof item !== 'string') return [name, walk(item, redactor)]
			if (STRUCTURE.has(name)) return [name, item]
			return [name, holdsSecret(value, name, item) ? REDACTED : redactor.value(item)]
		}),
	)
}

/** Of two words at least, or one that means nothing else: a fact `pass` may hold the address that nginx passes on to. */
const SECRET_NAME = /passw(?:or)?d|passphrase|secret|token|credential|api_?key|private_?key|_key$|cookie/i

/** By its own name (`inputs.password`), or by the path of the fact that a condition read. */
function holdsSecret(owner: object, name: string, item: string): boolean {
	const path = 'path' in owner ? owner.path : 'name' in owner ? owner.name : undefined
	const own = name === 'value' && typeof path === 'string' ? (path.split('.').at(-1) ?? '') : name
	return SECRET_NAME.test(own) && isTellingName(own) && !isPlainValue(item)
}

function isEvidence(value: object): value is Evidence {
	return 'run' in value && 'line' in value && 'stream' in value && 'text' in value && typeof value.text === 'string'
}

function redactEvidence(evidence: Evidence, redactor: Redactor): Evidence {
	const text = redactor.text(evidence.text)
	if (text === evidence.text) return evidence
	const { start: _start, end: _end, ...line } = evidence
	return { ...line, text }
}

import type { Evidence } from '../machine/types.ts'
import type { SessionEntry } from './entry.ts'
import type { Redactor } from './redact.ts'
import { isTellingName, REDACTED } from './secret-rules.ts'

/**
 * The entry as it may be written: no secret in any of its texts. A range inside of an evidence line is left out when the
 * line changed, because it would point at something else.
 */
export function redactEntry<T extends SessionEntry>(entry: T, redactor: Redactor): T {
	return walk(entry, redactor) as T
}

function walk(value: unknown, redactor: Redactor): unknown {
	if (typeof value === 'string') return redactor.text(value)
	if (Array.isArray(value)) return value.map((item) => walk(item, redactor))
	if (typeof value !== 'object' || value === null) return value
	if (isEvidence(value)) return redactEvidence(value, redactor)
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => [
			name,
			holdsSecret(value, name, item) ? REDACTED : walk(item, redactor),
		]),
	)
}

/** By its own name (`inputs.password`), or by the path of the fact that a condition read. */
function holdsSecret(owner: object, name: string, item: unknown): boolean {
	if (typeof item !== 'string') return false
	if (name !== 'value') return isTellingName(name)
	const path = 'path' in owner ? owner.path : 'name' in owner ? owner.name : undefined
	return typeof path === 'string' && isTellingName(path.split('.').at(-1) ?? '')
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

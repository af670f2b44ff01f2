import type { Clues } from './exception.ts'

const CAPITALS = /\b([A-Z][A-Z0-9]*_[A-Z0-9_]*|[A-Z][A-Z0-9]{3,})\b/

const quoted = (text: string): string | undefined => /['"]([^'"]{1,300})['"]/.exec(text)?.[1]

/** `os.environ["KEY"]`: by the frame that asked, or by Python's own mapping of the environment. WSGI has an `environ`, too. */
const isEnvironKey = ({ raised }: Clues): boolean => {
	const last = raised.frames.at(-1)
	return (
		(last !== undefined &&
			last.function === '__getitem__' &&
			/(?:^|\/)os\.py$|^<frozen os>$|UserDict\.py$/.test(last.file)) ||
		raised.frames.slice(-3).some((frame) => /\bos\.environ\b/.test(frame.code))
	)
}

/** What pydantic misses for a class of settings, which it reads from the environment. */
const missingSetting = ({ raised }: Clues): string | undefined => {
	const at = raised.details.findIndex((line) => /field required/i.test(line))
	return at > 0 ? raised.details[at - 1]?.trim().toUpperCase() : undefined
}

const SPEAKS_OF_IT = /environment variable|env(?:ironment)?[ _]?var|in the environment/i
const OWN_WORDS = /\bDJANGO\b|\bENV(?:IRONMENT)?\b|\bERROR\b|\bFATAL\b/g

/**
 * The environment variable that the program asks for and does not have: its name, empty when it is not told; undefined
 * when it is about something else.
 */
export const findVariable = (clues: Clues): string | undefined => {
	const { name, text, raised } = clues
	if (name === 'KeyError') return isEnvironKey(clues) ? (quoted(raised.message) ?? '') : undefined
	if (name === 'UndefinedValueError' || name === 'EnvError' || name === 'EnvValidationError')
		return quoted(text) ?? CAPITALS.exec(text)?.[1] ?? ''
	if (name === 'ImproperlyConfigured' && /SECRET_KEY setting must not be empty/.test(text)) return 'SECRET_KEY'
	if (name === 'ValidationError' && /for \w*(?:Settings|Config)/i.test(raised.message)) return missingSetting(clues)
	if (!SPEAKS_OF_IT.test(text)) return undefined
	const named = CAPITALS.exec(text.replace(OWN_WORDS, ''))?.[1]
	return named ?? (/^(?:ImproperlyConfigured|RuntimeError|ValueError)$/.test(name) ? '' : undefined)
}

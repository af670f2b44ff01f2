import { distance } from 'fastest-levenshtein'

/** The candidate that `word` was probably meant to be; undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
	const limit = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3))
	let best: string | undefined
	let bestDistance = limit + 1
	const folded = word.toLowerCase()
	for (const candidate of candidates) {
		if (Math.abs(candidate.length - word.length) >= bestDistance) continue
		const steps = distance(folded, candidate.toLowerCase())
		if (steps < bestDistance) {
			best = candidate
			bestDistance = steps
		}
	}
	return best
}

/** A hint at what was meant; undefined when nothing known is near. */
export function meant(word: string, known: Iterable<string>): string | undefined {
	const best = nearest(word, known)
	return best === undefined ? undefined : `did you mean \`${best}\`?`
}

/** The question whether the nearest of the known was meant, as a part of a sentence; `otherwise` when none is near. */
export function nearestOr(word: string, known: Iterable<string>, otherwise: string): string {
	const near = nearest(word, known)
	return near === undefined ? otherwise : `did you mean ${near}?`
}

/** A hint at what was meant, or at all that there is. */
export function meantOrKnown(word: string, known: readonly string[]): string {
	return meant(word, known) ?? `there are: ${known.join(', ') || 'none'}`
}

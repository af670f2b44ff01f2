/** What a program's sentences say, as a list of them tells: the first that fits counts. */

/** What a sentence looks like, and how its words are read; `rest` is what stands behind the match. */
export type Sentence<T> = readonly [RegExp, (match: RegExpExecArray, rest: string) => T]

/** Reads a text by the first sentence that fits; undefined when none does. */
export function readSentence<T>(sentences: readonly Sentence<T>[], text: string): T | undefined {
	return firstOf(sentences, ([pattern, read]) => {
		const match = pattern.exec(text)
		return match === null ? undefined : read(match, text.slice(match.index + match[0].length))
	})
}

/** What the first of the things gives that gives anything. */
export function firstOf<T, U>(things: readonly T[], give: (thing: T) => U | undefined): U | undefined {
	for (const thing of things) {
		const given = give(thing)
		if (given !== undefined) return given
	}
	return undefined
}

/** Where a person would choose another remedy than the first one that the cause offers. */

export interface Choice {
	/** The remedy's step. */
	readonly remedy: string
	/** What the operator knows that the flow cannot know. */
	readonly reason: string
}

/** By fault, then by the cause that the screen names. */
export const REMEDIES: Readonly<Record<string, Readonly<Record<string, Choice>>>> = {}

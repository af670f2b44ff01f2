/** A file's mode as `ls -l` prints it: a letter for its kind, nine for its rights, perhaps a mark. */
export interface Mode {
	readonly text: string
	readonly kind: string
	/** `+`: an access control list says more than the mode does. */
	readonly acl: boolean
}

export const KINDS: Readonly<Record<string, string>> = {
	s: 'socket',
	'-': 'file',
	d: 'folder',
	l: 'link',
	p: 'pipe',
	c: 'device',
	b: 'device',
}

const MODE = /^([-dlspcb])([-r][-w][-xsStT]){3}([.+@])?$/

/** Reads a mode word, as `srwxrwx---` or `drwxr-xr-x+`. */
export const readMode = (word: string): Mode | undefined => {
	const match = MODE.exec(word)
	if (match === null) return undefined
	return { text: word.slice(0, 10), kind: KINDS[word[0] ?? ''] ?? 'other', acl: match[3] === '+' }
}

/** The mode in digits, as `chmod` takes them: `0660`. */
export const octalOf = ({ text }: Mode): string => {
	const has = (at: number, letters: string): number => (letters.includes(text[at] ?? '-') ? 1 : 0)
	const special = [has(3, 'sS'), has(6, 'sS'), has(9, 'tT')]
	const rights = [1, 4, 7].map((at) => [has(at, 'r'), has(at + 1, 'w'), has(at + 2, 'xst')])
	return [special, ...rights].map(([r = 0, w = 0, x = 0]) => r * 4 + w * 2 + x).join('')
}

/** Who asks. Groups may be unknown. */
export interface Identity {
	readonly user: string
	readonly groups: readonly string[] | undefined
}

/**
 * True: the mode gives the right to the identity. Undefined: it depends on groups that are not known, or on an access
 * control list.
 */
export const allows = (
	mode: Mode,
	owner: string,
	group: string,
	right: 'r' | 'w' | 'x',
	who: Identity,
): boolean | undefined => {
	if (who.user === 'root' || who.user === '0')
		return right !== 'x' || mode.kind === 'folder' ? true : /[xst]/.test(mode.text)
	const offset = { r: 1, w: 2, x: 3 }[right]
	const has = (at: number): boolean => (right === 'x' ? /[xst]/.test(mode.text[at] ?? '-') : mode.text[at] === right)
	const judged = (): boolean | undefined => {
		if (owner === who.user) return has(offset)
		const asGroup = has(offset + 3)
		const asOther = has(offset + 6)
		if (who.groups === undefined) return group === who.user || asGroup === asOther ? asGroup : undefined
		return who.groups.includes(group) ? asGroup : asOther
	}
	const answer = judged()
	// With an access control list the group's letters are its mask, not the group's rights.
	return mode.acl && owner !== who.user ? undefined : answer
}

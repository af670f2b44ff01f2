/**
 * Brings back a terminal that a full-screen program left as it was when it was killed (SIGKILL gives nobody a chance
 * to tidy up): ends a synchronised update, resets colours, mouse reports, focus reports, bracketed paste and the
 * keyboard protocol, leaves the alternate screen, shows the cursor.
 */
export const RESTORE_SEQUENCE = [
	'\u001B[?2026l',
	'\u001B[0m',
	'\u001B[?1000l\u001B[?1002l\u001B[?1003l\u001B[?1006l\u001B[?1004l',
	'\u001B[?2004l',
	'\u001B[<u',
	'\u001B[?1049l',
	'\u001B[?25h',
].join('')

/** For the operator, when `repairTerminal` had to repair. */
export const RAW_TERMINAL_HINT =
	'A program that was killed had left this terminal in raw mode: if the shell does not show what you type, type `reset` and Enter.'

/** Runs `stty` on the terminal that is standard input. `undefined` when there is no such program or it fails. */
export type Stty = (argument: '-a' | 'sane') => string | undefined

/** Whether `stty -a` describes a terminal in raw mode: no lines, no echo, and no signal for Ctrl-C. */
export function isRaw(settings: string): boolean {
	const flags = new Set(settings.split(/[\s;]+/))
	return flags.has('-icanon') && flags.has('-echo') && flags.has('-isig')
}

/**
 * To be called before anything is drawn, with a terminal as standard input: repairs it when an earlier program left
 * it in raw mode. Gives whether it did; then `RAW_TERMINAL_HINT` is to be said at the end, because Node puts back at its
 * exit the terminal modes that it found at its start. A terminal that is in order is not touched.
 */
export function repairTerminal({
	stty,
	write,
}: {
	readonly stty: Stty
	readonly write: (text: string) => void
}): boolean {
	const settings = stty('-a')
	if (settings === undefined || !isRaw(settings)) return false
	stty('sane')
	write(RESTORE_SEQUENCE)
	return true
}

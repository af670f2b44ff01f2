/** The names of Linux's signals, without SIG (signal(7)). */
export const SIGNAL_NAMES: Readonly<Record<number | string, string>> = {
	1: 'HUP',
	2: 'INT',
	3: 'QUIT',
	4: 'ILL',
	6: 'ABRT',
	7: 'BUS',
	8: 'FPE',
	9: 'KILL',
	11: 'SEGV',
	15: 'TERM',
}

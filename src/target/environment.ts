/** Folders of administration programs that a plain user's PATH often lacks (`ss`, `nginx`, `namei`). */
export const ADMIN_FOLDERS: readonly string[] = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** What makes programs print plain, unpaged, English text. */
export const PLAIN_OUTPUT: Readonly<Record<string, string>> = {
	LC_ALL: 'C.UTF-8',
	NO_COLOR: '1',
	SYSTEMD_COLORS: '0',
	SYSTEMD_PAGER: '',
	PAGER: 'cat',
}

/** What would undo that. */
const noise: ReadonlySet<string> = new Set(['FORCE_COLOR', 'CLICOLOR_FORCE', 'COLUMNS', 'LINES', 'GREP_OPTIONS'])

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment of a captured command: the operator's own, plain output, and a PATH with administration programs. */
export function capturedEnvironment(own: Environment): Record<string, string> {
	const entries = Object.entries(interactiveEnvironment(own)).filter(([name]) => !noise.has(name))
	return { ...Object.fromEntries(entries), ...PLAIN_OUTPUT }
}

/** The environment of a command that gets the terminal: the operator's own, and a PATH with administration programs. */
export function interactiveEnvironment(own: Environment): Record<string, string> {
	const entries = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined)
	return { ...Object.fromEntries(entries), PATH: adminPath(own.PATH) }
}

function adminPath(path: string | undefined): string {
	const folders = (path ?? '/usr/local/bin:/usr/bin:/bin').split(':')
	return [...folders, ...ADMIN_FOLDERS.filter((folder) => !folders.includes(folder))].join(':')
}

/** What conditions and templates can ask of paths and words. */

import type { DomainFunction } from '../../text/subject.ts'

export const pathFunctions: readonly DomainFunction[] = [
	{
		signature: 'basename(string): string',
		summary: "a path's last part",
		call: (path) => trimmed(path).split('/').at(-1) || '/',
	},
	{
		signature: 'dirname(string): string',
		summary: 'a path without its last part, as the command `dirname` gives it',
		call: (path) => {
			const clean = trimmed(path)
			const slash = clean.lastIndexOf('/')
			if (slash < 0) return path.startsWith('/') ? '/' : '.'
			return trimmed(clean.slice(0, slash)) || '/'
		},
	},
	{
		signature: 'sedWords(string, string): string',
		summary:
			'a script for sed that puts the second words in place of the first, where white space or a semicolon ends them',
		call: (before, after) => {
			const pattern = before.replace(/[.[\]*^$\\,]/g, '\\$&').replace(/ +/g, '[[:space:]][[:space:]]*')
			return `s,${pattern}\\([[:space:];]\\|$\\),${after.replace(/[&\\,]/g, '\\$&')}\\1,`
		},
	},
]

/** Without slashes at its end. */
function trimmed(path: string): string {
	let end = path.length
	while (end > 0 && path[end - 1] === '/') end--
	return path.slice(0, end)
}

/** One sentence for a program that could not be started, from the operating system's error code. */
export function notStartedReason(program: string, code: string | undefined): string {
	switch (code) {
		case 'ENOENT':
			return `There is no program "${program}" here: install it, or run this on another target.`
		case 'EACCES':
		case 'EPERM':
			return `"${program}" may not be run: check its permissions.`
		case 'E2BIG':
			return 'The command is too long for this system: shorten it.'
		case 'EMFILE':
		case 'ENFILE':
			return 'Too many files are open to start another program: close some programs and try again.'
		case 'EAGAIN':
		case 'ENOMEM':
			return 'This system has no room for another process: end some and try again.'
		default:
			return `"${program}" could not be started${code ? ` (${code})` : ''}: try it in a shell to see why.`
	}
}

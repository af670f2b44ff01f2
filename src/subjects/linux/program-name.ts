/** Whether a process is a certain program, by the names that the kernel and `ps` give it. */

/** The kernel keeps so many characters of a process's name. */
const longestComm = 15

/** Programs that run others: their name says nothing of what they run. */
const INTERPRETER =
	/^(?:python|pypy|perl|ruby|node|nodejs|php|java|lua|luajit|mono|dotnet|deno|bun|(?:ba|da|z|k|a)?sh)[\d.]*$/i

/** True for a name that is only a language's: `python3.11`, `node`, `sh`. */
export function isInterpreter(name: string): boolean {
	return INTERPRETER.test(name)
}

/** A path's last part, as the name of a program. */
export function nameOf(word: string): string {
	return word.slice(word.lastIndexOf('/') + 1)
}

/**
 * Is it the program's name: exactly, with its version (`python3.11`), as the beginning of a title that the process
 * gave itself (`nginx: worker process`), or as much of these as the kernel keeps?
 */
export function isNamed(name: string, program: string): boolean {
	if (name === program) return true
	if (name.startsWith(program)) return /^(?:-?\d[\d.]*)?(?::|$)/.test(name.slice(program.length))
	return name.length === longestComm && program.startsWith(name)
}

/**
 * Does the command line run the program: as its first word, as the script or module of an interpreter, or as its
 * title? One that only speaks of it (`grep NAME`, an editor) does not.
 */
export function runs(command: string, program: string): boolean {
	const words = command.split(' ', 40).filter((word) => word !== '')
	// A login shell's name begins with a hyphen; of a process without a command line ps shows the name in brackets.
	const first = (words[0] ?? '').replace(/^[-[]/, '').replace(/\]$/, '')
	if (isNamed(nameOf(first), program)) return true
	if (!isInterpreter(nameOf(first))) return false
	const script = scriptOf(words)
	return script !== undefined && isNamed(script, program)
}

/** The script's or the module's name: `/venv/bin/app` of `python3 -u /venv/bin/app`, `app` of `python3 -m app.main`. */
function scriptOf(words: readonly string[]): string | undefined {
	for (let at = 1; at < words.length; at += 1) {
		const word = words[at] ?? ''
		if (word === '-m') return words[at + 1]?.split('.')[0]
		// `sh -c`, `python -c`: a text of commands, of which nobody knows what runs now.
		if (/^-\w*[ce]$/.test(word)) return undefined
		if (/^-[WX]$/.test(word)) at += 1
		else if (!word.startsWith('-')) return nameOf(word)
	}
	return undefined
}

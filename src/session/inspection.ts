import { closeSync, openSync, writeSync } from 'node:fs'

/** A file that is written line by line while a session runs. */
export interface Inspection {
	/** Never throws: what cannot be written is lost. */
	write(line: string): void
	/** Safe to call twice. */
	close(): void
}

export type OpenedInspection =
	| { readonly ok: true; readonly inspection: Inspection }
	/** One sentence that says what is wrong and what to do. */
	| { readonly ok: false; readonly reason: string }

/** Makes the file, for its owner alone. One that is there already is not written to, whatever it is a link to. */
export function openInspection(file: string): OpenedInspection {
	let fd: number | undefined
	try {
		fd = openSync(file, 'wx', 0o600)
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined
		const reason =
			code === 'EEXIST'
				? `${file} is there already: give --inspect another file.`
				: `${file} cannot be written (${String(code ?? error)}): give --inspect another file.`
		return { ok: false, reason }
	}
	return {
		ok: true,
		inspection: {
			write: (line) => {
				if (fd === undefined) return
				try {
					writeSync(fd, `${line}\n`)
				} catch {
					// A full disk must not end a repair.
				}
			},
			close: () => {
				if (fd !== undefined) closeSync(fd)
				fd = undefined
			},
		},
	}
}

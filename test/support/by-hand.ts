import { openRecordedHost } from './recorded-host.ts'

/** What an operator pastes: what the recorded host printed for the command that the screen shows. */
export interface Shell {
	/** Runs a command as it is typed there. Throws where it needs a sudo that it has not, or was not recorded. */
	run(typed: string): Promise<string>
}

/** A shell of a user on a recorded host, in another window. What needs root is refused without sudo. */
export function shellOn(host: string): Shell {
	const target = openRecordedHost(host)
	const rootOnly = /^(?:tail|ss|nginx|journalctl|namei)\b/
	return {
		run: async (typed) => {
			const root = typed.startsWith('sudo ')
			// The screen breaks a long command and indents what follows; a shell does not mind the blanks.
			const text = (root ? typed.slice('sudo '.length) : typed).replace(/ +/g, ' ')
			if (rootOnly.test(text) !== root) throw new Error(`${typed}: ${root ? 'needs no' : 'needs'} sudo`)
			let printed = ''
			const ending = await target.run(
				{ text, effect: 'read', privilege: 'user', timeoutMs: 1000, interactive: false },
				{
					signal: new AbortController().signal,
					onOutput: (chunk) => {
						printed += chunk.text
					},
				},
			)
			if (ending.kind !== 'exited') throw new Error(`${host} has no answer to ${typed}`)
			// A terminal shows no carriage returns, so none can be copied.
			return printed.replaceAll('\r', '').trimEnd()
		},
	}
}

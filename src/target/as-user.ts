import type { CommandSpec } from '../flow/command.ts'
import { quoteWord } from '../flow/templates.ts'

/**
 * The command as the shell gets it: one that is to run as another user runs by `runuser` (util-linux), which asks root for no
 * password and starts no login shell. The working directory stays, as that of a service's own process would.
 */
export function asUser(command: CommandSpec): CommandSpec {
	const { as, text, ...rest } = command
	if (as === undefined) return command
	return { ...rest, privilege: 'root', text: `runuser -u ${quoteWord(as)} -- sh -c ${quoteWord(text)}` }
}

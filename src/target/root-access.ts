import { capturedEnvironment, type Environment } from './environment.ts'
import type { ProcessRegistry } from './process-registry.ts'
import { runQuietly } from './run-quietly.ts'

/** Asks the operator for a password, without showing it; undefined when the operator declines. */
export type AskPassword = (question: string) => Promise<string | undefined>

/** Whether commands may be run as root. */
export type RootAccess =
	/** We are root already. */
	| { readonly kind: 'self' }
	/**
	 * sudo works, with that password where it wants one. Every command of ours has a session of its own, so sudo does not
	 * remember for the next one (nor does `sudo -v` in a shell help): it gets the password each time.
	 */
	| { readonly kind: 'sudo'; readonly password?: string }
	/** Commands cannot be run as root: one sentence says why. */
	| { readonly kind: 'refused'; readonly reason: string }

export interface RootAccessOptions {
	readonly env: Environment
	readonly registry: ProcessRegistry
	/** Undefined where the process has no such notion. */
	readonly uid: number | undefined
	/** Without it sudo is used only where it wants no password. */
	readonly askPassword?: AskPassword
}

const PROBE_MS = 10_000
const ATTEMPTS = 3

/**
 * Gives the function that finds out, and asks if it must. What was granted is remembered, a password in memory only; a
 * refusal is asked anew.
 */
export function createRootAccess(options: RootAccessOptions): (signal: AbortSignal) => Promise<RootAccess> {
	let granted: RootAccess | undefined
	return async (signal) => {
		if (granted) return granted
		const access = await obtain(options, signal)
		if (access.kind !== 'refused') granted = access
		return access
	}
}

async function obtain(
	{ env, registry, uid, askPassword }: RootAccessOptions,
	signal: AbortSignal,
): Promise<RootAccess> {
	if (uid === 0) return { kind: 'self' }
	const sudo = (args: readonly string[], input?: string) =>
		runQuietly(
			{
				file: 'sudo',
				args,
				env: capturedEnvironment(env),
				timeoutMs: PROBE_MS,
				...(input === undefined ? {} : { input }),
			},
			signal,
			registry,
		)

	const probe = await sudo(['-n', 'true'])
	if (probe.ending.kind === 'not-started') {
		return refused('This command needs root and there is no sudo here: start runtree as root.')
	}
	if (probe.succeeded) return { kind: 'sudo' }
	if (/not (allowed|in the sudoers)|may not run/i.test(probe.stderr)) {
		return refused('This command needs root and sudo does not allow it to this user: start runtree as root.')
	}
	if (!askPassword) {
		return refused(
			'This command needs root and sudo wants a password: start runtree as root (sudo runtree …), or allow sudo without a password.',
		)
	}
	for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
		const question = attempt === 1 ? 'Password for sudo' : 'Password for sudo (that one was wrong)'
		const password = await askPassword(question)
		if (password === undefined || signal.aborted) break
		if ((await sudo(['-S', '-k', '-p', '', 'true'], `${password}\n`)).succeeded) return { kind: 'sudo', password }
	}
	return refused('This command needs root and sudo got no valid password: try again, or start runtree as root.')
}

function refused(reason: string): RootAccess {
	return { kind: 'refused', reason }
}

/** How to run a program as root with that access: goes on with the program and its arguments. */
export function sudoCommand(
	{ password }: Extract<RootAccess, { readonly kind: 'sudo' }>,
	env: Environment,
): {
	readonly file: string
	readonly args: readonly string[]
	readonly env: Record<string, string>
	readonly input?: string
} {
	const sudo = { file: 'sudo', env: capturedEnvironment(env) }
	return password === undefined
		? { ...sudo, args: ['-n', '--'] }
		: { ...sudo, args: ['-S', '-k', '-p', '', '--'], input: `${password}\n` }
}

import { hostname } from 'node:os'
import type { CommandEnding, CommandSpec } from '../flow/command.ts'
import { asUser } from './as-user.ts'
import { withEditor } from './editor.ts'
import { capturedEnvironment, type Environment, interactiveEnvironment, PLAIN_OUTPUT } from './environment.ts'
import { limited } from './limit.ts'
import { createProcessRegistry, type ProcessRegistry } from './process-registry.ts'
import { type AskPassword, createRootAccess, type RootAccess, sudoCommand } from './root-access.ts'
import { runCaptured } from './run-captured.ts'
import { type LendTerminal, runInteractive } from './run-interactive.ts'
import { runQuietly } from './run-quietly.ts'
import { sanitizeText } from './sanitize.ts'
import type { RunOptions, Target } from './target.ts'
import { announcementOf, runId, stopping, wrapped } from './wrapped.ts'

export interface LocalOptions {
	readonly env: Environment
	/** Hands the terminal to an interactive command. */
	readonly lend: LendTerminal
	readonly askPassword?: AskPassword
	/** Default: this process's. Undefined where the system has none. */
	readonly uid?: number | undefined
}

const STOP_MS = 4_000
/** Where root's commands run: some programs read their settings where they are started, and that may be anybody's folder. */
const ROOTS_FOLDER = '/'

/** This machine. */
export function createLocalTarget(options: LocalOptions): Target {
	const registry = createProcessRegistry()
	const uid = 'uid' in options ? options.uid : process.getuid?.()
	const rootAccess = createRootAccess({ ...options, uid, registry })

	return {
		name: 'local',
		host: hostname(),
		recorded: false,
		run: async (asked, run) => {
			const command = asUser(asked)
			if (run.signal.aborted) return { kind: 'cancelled', durationMs: 0 }
			if (command.privilege === 'user') return runHere(command, run, options, registry)
			if (command.interactive && uid !== 0) return runInTerminalWithSudo(command, run, options, registry)
			const access = await rootAccess(run.signal)
			if (run.signal.aborted) return { kind: 'cancelled', durationMs: 0 }
			switch (access.kind) {
				case 'self':
					return runHere(command, run, options, registry)
				case 'sudo':
					return runWithSudo(command, run, access, options, registry)
				case 'refused':
					return { kind: 'not-started', reason: access.reason, durationMs: 0 }
			}
		},
		close: () => registry.stopAll(),
	}
}

function runHere(
	command: CommandSpec,
	run: RunOptions,
	{ env, lend }: LocalOptions,
	registry: ProcessRegistry,
): Promise<CommandEnding> {
	const { text, timeoutMs } = command
	const shell = {
		file: 'sh',
		args: command.interactive ? ['-c', text] : limited(text, timeoutMs),
		...(command.privilege === 'root' ? { cwd: ROOTS_FOLDER } : {}),
	}
	return command.interactive
		? runInteractive({ ...shell, env: interactiveEnvironment(env) }, run.signal, lend, registry)
		: runCaptured({ ...shell, env: capturedEnvironment(env), timeoutMs }, run, registry)
}

/** With the terminal as its own, sudo asks for the password by itself. */
function runInTerminalWithSudo(
	command: CommandSpec,
	{ signal }: RunOptions,
	{ env, lend }: LocalOptions,
	registry: ProcessRegistry,
): Promise<CommandEnding> {
	const args = ['--', 'sh', ...withEditor(command.text, env)]
	return runInteractive(
		{ file: 'sudo', args, env: interactiveEnvironment(env), cwd: ROOTS_FOLDER },
		signal,
		lend,
		registry,
	)
}

/** A process of root takes no signals from us, so it is ended by root too. sudo has an environment of its own. */
async function runWithSudo(
	command: CommandSpec,
	run: RunOptions,
	access: Extract<RootAccess, { readonly kind: 'sudo' }>,
	{ env }: LocalOptions,
	registry: ProcessRegistry,
): Promise<CommandEnding> {
	const id = runId()
	const announcement = announcementOf(id, run.onOutput)
	const sudo = sudoCommand(access, env)
	const plain = Object.entries(PLAIN_OUTPUT).map(([name, value]) => `${name}=${value}`)
	const ending = await runCaptured(
		{
			...sudo,
			args: [...sudo.args, 'env', ...plain, 'sh', ...wrapped(command.text, id, command.timeoutMs)],
			timeoutMs: command.timeoutMs,
			cwd: ROOTS_FOLDER,
			stopElsewhere: async () => {
				const pid = announcement.pid()
				if (pid === undefined) return
				const stop = { ...sudo, args: [...sudo.args, 'sh', ...stopping(pid, undefined)], timeoutMs: STOP_MS }
				// Not among the runs: what ends a run must not be ended with it.
				await runQuietly(stop, new AbortController().signal, createProcessRegistry())
			},
		},
		{ signal: run.signal, onOutput: announcement.onOutput },
		registry,
	)
	if (ending.kind !== 'exited' || announcement.pid() !== undefined) return ending
	const complaint = sanitizeText(announcement.complaint()).trim().split('\n').at(-1) || `exit code ${ending.exitCode}`
	const reason = `sudo did not run the command (${complaint}): try it in a shell, or start runtree as root.`
	return { kind: 'not-started', reason, durationMs: ending.durationMs }
}

import type { CommandEnding, CommandSpec } from '../flow/command.ts'
import { asUser } from './as-user.ts'
import { withEditor } from './editor.ts'
import { capturedEnvironment, type Environment, interactiveEnvironment, PLAIN_OUTPUT } from './environment.ts'
import { createProcessRegistry, type ProcessRegistry } from './process-registry.ts'
import { runCaptured } from './run-captured.ts'
import { type LendTerminal, runInteractive } from './run-interactive.ts'
import { type QuietResult, runQuietly } from './run-quietly.ts'
import { sanitizeText } from './sanitize.ts'
import type { OpenedTarget, RunOptions, Target } from './target.ts'
import { type Announcement, announcementOf, MARKER, runId, stopping, wrapped } from './wrapped.ts'

export type ContainerProgram = 'podman' | 'docker'

export interface ContainerOptions {
	readonly program: ContainerProgram
	/** Name or id of the container, checked by `openTarget` to be one. */
	readonly container: string
	readonly env: Environment
	readonly lend: LendTerminal
}

interface Container extends ContainerOptions {
	readonly registry: ProcessRegistry
}

const CONTROL_MS = 15_000
const STOP_MS = 4_000
const START_MS = 1_000
/** From here on an exit code may be the container program's own. */
const FIRST_OWN_CODE = 125

/** A container that runs. Checks that the program, the container and a shell in it are there. */
export async function openContainer(options: ContainerOptions): Promise<OpenedTarget> {
	const container: Container = { ...options, registry: createProcessRegistry() }
	const problem = await whyUnusable(container)
	if (problem !== undefined) return { ok: false, reason: problem, usage: false }
	const asked = await control(container, [
		'exec',
		options.container,
		'sh',
		'-c',
		'read -r name < /proc/sys/kernel/hostname && printf %s "$name"',
	])
	if (!asked.succeeded) {
		const reason = `No shell can be run in the container "${options.container}" (${complaintOf(asked)}): see whether it has /bin/sh.`
		return { ok: false, reason, usage: false }
	}
	const host = sanitizeText(asked.stdout).trim() || options.container
	return { ok: true, target: containerTarget(container, host) }
}

function containerTarget(container: Container, host: string): Target {
	return {
		name: `${container.program}://${container.container}`,
		host,
		recorded: false,
		run: (asked, run) => {
			const command = asUser(asked)
			return command.interactive ? runWithTerminal(container, command, run) : runInside(container, command, run)
		},
		close: () => container.registry.stopAll(),
	}
}

function runWithTerminal(container: Container, command: CommandSpec, { signal }: RunOptions): Promise<CommandEnding> {
	const { program, env, lend, registry } = container
	const terminal = env.TERM === undefined ? [] : ['--env', `TERM=${env.TERM}`]
	const args = [
		'exec',
		'-it',
		...userOf(command),
		...terminal,
		container.container,
		'sh',
		...withEditor(command.text, env),
	]
	return runInteractive({ file: program, args, env: interactiveEnvironment(env) }, signal, lend, registry)
}

async function runInside(container: Container, command: CommandSpec, run: RunOptions): Promise<CommandEnding> {
	const id = runId()
	const announcement = announcementOf(id, run.onOutput)
	// What a remedy starts is meant to stay, a service for one: it gets no mark by which it could be found and ended.
	const marker = command.effect === 'read' ? id : undefined
	const environment = Object.entries({ ...PLAIN_OUTPUT, ...(marker === undefined ? {} : { [MARKER]: marker }) })
	const ending = await runCaptured(
		{
			file: container.program,
			args: [
				'exec',
				...userOf(command),
				...environment.flatMap(([name, value]) => ['--env', `${name}=${value}`]),
				container.container,
				'sh',
				...wrapped(command.text, id, command.timeoutMs),
			],
			env: capturedEnvironment(container.env),
			timeoutMs: command.timeoutMs,
			stopElsewhere: () => stopInside(container, command, announcement, marker),
		},
		{ signal: run.signal, onOutput: announcement.onOutput },
		container.registry,
	)
	return judged(container, announcement, ending)
}

/** The container program's own failure looks like a failure of the command: only the announcement tells them apart. */
async function judged(container: Container, announcement: Announcement, ending: CommandEnding): Promise<CommandEnding> {
	if (ending.kind !== 'exited') return ending
	const started = announcement.pid() !== undefined
	const { exitCode, durationMs } = ending
	if (started && exitCode !== null && exitCode < FIRST_OWN_CODE) return ending
	const problem = await whyUnusable(container)
	if (problem !== undefined) return { kind: 'disconnected', reason: problem, durationMs }
	if (started) return ending
	const complaint = firstLine(announcement.complaint()) || `exit code ${exitCode}`
	const reason = `${container.program} could not run the command (${complaint}): try "${container.program} exec ${container.container} true".`
	return { kind: 'not-started', reason, durationMs }
}

async function stopInside(
	container: Container,
	command: CommandSpec,
	announcement: Announcement,
	marker: string | undefined,
): Promise<void> {
	let timer: NodeJS.Timeout | undefined
	const late = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, START_MS)
	})
	await Promise.race([announcement.started, late])
	clearTimeout(timer)
	const pid = announcement.pid()
	if (pid === undefined && marker === undefined) return
	await control(container, ['exec', ...userOf(command), container.container, 'sh', ...stopping(pid, marker)], STOP_MS)
}

/** One sentence, or undefined when the container can be used. */
async function whyUnusable(container: Container): Promise<string | undefined> {
	const { program, container: name } = container
	const inspected = await control(container, ['container', 'inspect', '--format', '{{.State.Status}}', '--', name])
	if (inspected.ending.kind === 'not-started') {
		return `There is no ${program} here: install it, or name another target with --on.`
	}
	if (inspected.ending.kind === 'timed-out') {
		return `${program} does not answer: see whether "${program} ps" does.`
	}
	if (!inspected.succeeded) {
		return /no such (container|object)/i.test(inspected.stderr)
			? `There is no container "${name}": "${program} ps -a" lists those there are.`
			: `${program} cannot tell about the container "${name}" (${complaintOf(inspected)}): see whether "${program} ps" works.`
	}
	const status = inspected.stdout.trim()
	if (status === 'running') return undefined
	return status === 'paused'
		? `The container "${name}" is paused: resume it with "${program} unpause ${name}".`
		: `The container "${name}" does not run (${status}): start it with "${program} start ${name}".`
}

function control(container: Container, args: readonly string[], timeoutMs = CONTROL_MS): Promise<QuietResult> {
	return runQuietly(
		{ file: container.program, args, env: capturedEnvironment(container.env), timeoutMs },
		new AbortController().signal,
		// Not among the runs: what ends a run must not be ended with it.
		createProcessRegistry(),
	)
}

function userOf({ privilege }: CommandSpec): readonly string[] {
	// The container's own folder may be the application's, and some programs read their settings where they are started.
	return privilege === 'root' ? ['--user', '0', '--workdir', '/'] : []
}

function complaintOf({ ending, stderr }: QuietResult): string {
	return firstLine(stderr) || (ending.kind === 'exited' ? `exit code ${ending.exitCode}` : ending.kind)
}

function firstLine(text: string): string {
	return (
		sanitizeText(text)
			.split('\n')
			.map((line) => line.trim())
			.find((line) => line !== '') ?? ''
	)
}

import { closeSync, constants, fchmodSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Flow } from '../flow/flow.ts'
import { othersHand } from '../journal/ownership.ts'
import { errorName, makeFolder } from '../journal/paths.ts'
import type { Environment } from '../target/environment.ts'
import type { TerminalStreams } from '../terminal/streams.ts'
import { exitCodes } from './exit-codes.ts'
import { baseFolder } from './flows.ts'
import { UserError } from './user-error.ts'

/**
 * Approvals of flows that do not come with the program: a line each, by the hash of the flow's file and its parts, so that
 * one that was changed is asked about again. A diagnosis runs a flow's probes unasked; this is where somebody said yes.
 */

/** A flow as it was found. */
export interface FoundToTrust {
	readonly flow: Flow
	readonly file: string
	readonly shipped: boolean
}

const APPROVALS = 'trusted.jsonl'

/** `$XDG_CONFIG_HOME/runtree/trusted.jsonl` */
function approvalsFile(env: Environment): { readonly folder: string; readonly file: string } {
	const folder = join(baseFolder(env.XDG_CONFIG_HOME, '.config', env.HOME), 'runtree')
	return { folder, file: join(folder, APPROVALS) }
}

/** It comes with the program, or was approved as it is. Approvals that others may write do not count. */
export function isTrusted({ flow, shipped }: FoundToTrust, env: Environment): boolean {
	if (shipped) return true
	const { file } = approvalsFile(env)
	try {
		if (othersHand(file) !== undefined) return false
		return readFileSync(file, 'utf8')
			.split('\n')
			.some((line) => line.startsWith(`{"hash":"${flow.hash}",`))
	} catch {
		return false
	}
}

/** Approves a flow as it is now. Whatever is wrong is a UserError. */
export function approve({ flow, file }: FoundToTrust, env: Environment): void {
	const place = approvalsFile(env)
	try {
		const above = othersHand(place.folder)
		if (above === undefined) makeFolder(place.folder)
		const hand = above ?? othersHand(place.file)
		if (hand !== undefined) throw new UserError(`Approvals are not kept where others may change them: ${hand}.`)
		const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants
		const fd = openSync(place.file, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600)
		try {
			fchmodSync(fd, 0o600)
			writeSync(fd, `${JSON.stringify({ hash: flow.hash, file, at: new Date().toISOString() })}\n`)
		} finally {
			closeSync(fd)
		}
	} catch (error) {
		if (error instanceof UserError) throw error
		throw new UserError(
			`The approval cannot be written to ${place.file} (${errorName(error)}); make it writable for you.`,
		)
	}
}

/** Refuses a flow that nobody has approved. */
export function refuseUntrusted(found: FoundToTrust, env: Environment): void {
	if (isTrusted(found, env)) return
	throw new UserError(
		`${found.file} does not come with runtree and is not approved as it is now; read it, then run \`runtree trust ${found.file}\`.`,
	)
}

/**
 * Asks, on a terminal, whether a flow that does not come with the program may run its commands; refuses it where nobody is
 * there to ask. A recorded host runs nothing, so nothing is asked. `on`: as `--on` has it.
 */
export async function askTrust(found: FoundToTrust, on: string, streams: TerminalStreams): Promise<void> {
	const { stdin, stderr, env } = streams
	if (on.startsWith('recorded:') || isTrusted(found, env)) return
	if (!stdin.isTTY || !stderr.isTTY) refuseUntrusted(found, env)
	stderr.write(`${aboutFlow(found)}\n`)
	const prompt = createInterface({ input: stdin, output: stderr })
	const answer = await prompt.question('Do you trust it as it is now? Type yes: ')
	prompt.close()
	if (answer.trim() !== 'yes') throw new UserError('Not approved, and nothing was run.', exitCodes.stopped)
	approve(found, env)
}

/** Names a flow that does not come with the program, for the first screen. */
export function ownFlowNotice({ file, shipped }: FoundToTrust): string | undefined {
	return shipped ? undefined : `The flow is not one of runtree's own: ${file}`
}

/** What a person should know of a flow before they trust it. */
export function aboutFlow({ flow, file }: FoundToTrust): string {
	const commands = Object.values(flow.steps).flatMap((step) => step.run)
	const changes = commands.filter(({ effect }) => effect !== 'read').length
	const reads = new Set(
		[...Object.values(flow.probes), ...commands.filter(({ effect }) => effect === 'read')].map(
			({ command }) => command,
		),
	)
	return [
		`${file} does not come with runtree.`,
		`  ${flow.title}`,
		`  ${reads.size} commands that read, which a diagnosis runs unasked; ${changes} that change, each after a yes.`,
		`  \`runtree run ${file} --dry-run\` shows them all.`,
	].join('\n')
}

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ContainerProgram } from './container.ts'
import type { Environment } from './environment.ts'
import type { AskPassword } from './root-access.ts'
import type { LendTerminal } from './run-interactive.ts'
import type { OpenedTarget } from './target.ts'

export interface OpenOptions {
	readonly env: Environment
	/** Hands the terminal to an interactive command. Without it the command just gets it. */
	readonly lend?: LendTerminal
	/** Asks for a password without showing it. Without it sudo is used only where it wants none. */
	readonly askPassword?: AskPassword
	/** For a recorded host: how many times as fast as it was. */
	readonly speed?: number
	/** Path of the file of a scenario that is given by its name; undefined when there is none of that name. */
	readonly findScenario?: (name: string) => Promise<string | undefined>
}

const SUPPORTED = 'local, podman://NAME, docker://NAME, recorded:FILE, manual'

/** Opens the target that an operator named with `--on`. Never rejects: what is wrong is one sentence. */
export async function openTarget(uri: string, options: OpenOptions): Promise<OpenedTarget> {
	const lend: LendTerminal = options.lend ?? ((use) => use())
	// Loaded when it is needed: a recorded host starts no programs, and what starts them takes longest to load.
	if (uri === 'local') {
		const { createLocalTarget } = await import('./local.ts')
		return { ok: true, target: createLocalTarget({ ...options, lend }) }
	}
	if (uri === 'manual') {
		const { createManualTarget } = await import('./manual.ts')
		return { ok: true, target: createManualTarget() }
	}
	const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(uri) ?? []
	switch (scheme) {
		case 'podman':
		case 'docker':
			return openNamedContainer(scheme, rest, { env: options.env, lend })
		case 'recorded':
			return openRecording(rest.replace(/^\/\//, ''), options)
		case 'ssh':
			return misused(`Targets over ssh are not there yet; there are: ${SUPPORTED}.`)
		default:
			return misused(`There is no target "${shown(uri)}"; there are: ${SUPPORTED}.`)
	}
}

async function openNamedContainer(
	program: ContainerProgram,
	rest: string,
	{ env, lend }: { readonly env: Environment; readonly lend: LendTerminal },
): Promise<OpenedTarget> {
	const container = rest.replace(/^\/\//, '')
	if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(container)) {
		return misused(
			`"${shown(container)}" is not the name of a container (letters, digits, "_", "." and "-", no "-" first): "${program} ps" lists them.`,
		)
	}
	const { openContainer } = await import('./container.ts')
	return openContainer({ program, container, env, lend })
}

async function openRecording(place: string, { speed, findScenario }: OpenOptions): Promise<OpenedTarget> {
	if (place === '' || place.includes('\0'))
		return misused('Name the scenario to open: recorded:FILE or recorded://NAME.')
	const isFile = place.includes('/') || place.endsWith('.jsonl')
	const path = isFile ? place : await findScenario?.(place)
	if (path === undefined) {
		return misused(`There is no scenario "${shown(place)}": give its name as the list of scenarios does, or its file.`)
	}
	let text: string
	try {
		text = await readFile(path, 'utf8')
	} catch (error) {
		const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
		return misused(`The scenario ${basename(path)} ${missing ? 'does not exist' : 'cannot be read'}: check its path.`)
	}
	const [{ readScenario }, { createRecordedTarget }] = await Promise.all([
		import('./scenario.ts'),
		import('./recorded.ts'),
	])
	const read = readScenario(text)
	if (!read.ok) return misused(`${basename(path)}: ${read.reason}`)
	return { ok: true, target: createRecordedTarget(read.scenario, speed === undefined ? {} : { speed }) }
}

function misused(reason: string): OpenedTarget {
	return { ok: false, reason, usage: true }
}

/** What an operator typed, fit for a message. */
function shown(text: string): string {
	const plain = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
	return plain.length <= 60 ? plain : `${plain.slice(0, 59)}…`
}

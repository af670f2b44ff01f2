import { join } from 'node:path'
import { createEvaluator, type Evaluator } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import { checkInput } from '../flow/inputs.ts'
import { nearest } from '../flow/nearest.ts'
import { withOwnParsers } from '../flow/own-parser.ts'
import { formatProblem } from '../flow/problem.ts'
import type { SessionStarted } from '../journal/entry.ts'
import type { ResumePoint } from '../journal/fold.ts'
import { createSessionFolder, newSessionId, sessionsFolder } from '../journal/paths.ts'
import { openJournal } from '../journal/writer.ts'
import { type Inspection, openInspection } from '../session/inspection.ts'
import { startSession } from '../session/session.ts'
import type { Session } from '../session/types.ts'
import { functions, parsers } from '../subjects/catalogue.ts'
import type { Environment } from '../target/environment.ts'
import { openTarget } from '../target/open.ts'
import { createOutputStore } from '../target/output-store.ts'
import type { Target } from '../target/target.ts'
import type { HandOver } from '../terminal/hand-over.ts'
import { version } from '../version.ts'
import { exitCodes } from './exit-codes.ts'
import { loadFlow } from './flows.ts'
import { refuseUntrusted } from './trust.ts'
import { UserError } from './user-error.ts'

/** The composition root: puts a flow, a target and a journal together to a session. Whatever is wrong is a UserError. */

export interface OpenedFlow {
	readonly flow: Flow
	readonly evaluator: Evaluator
	/** Holds `scenarios/`. */
	readonly folder: string
	readonly file: string
	/** It comes with the program. */
	readonly shipped: boolean
}

/** Finds, checks and prepares a flow. `name`: an id, or a path. */
export async function openFlow(name: string): Promise<OpenedFlow> {
	const loaded = await loadFlow(name, { parsers, functions })
	if (!loaded.ok) {
		const problems = loaded.problems.map((problem) => formatProblem(problem)).join('\n\n')
		throw new UserError(problems === '' ? loaded.reason : `${loaded.reason}\n\n${problems}`)
	}
	const { flow, folder, file, shipped } = loaded
	return { flow, folder, file, shipped, evaluator: createEvaluator(flow, parsers, functions) }
}

/** Opens what `--on` names. Interactive commands borrow the terminal through `handOver`. */
export async function openTargetOrFail(name: string, env: Environment, handOver?: HandOver): Promise<Target> {
	const lend = handOver === undefined ? {} : { lend: handOver.lend }
	const opened = await openTarget(name, { env, ...lend })
	if (!opened.ok) throw new UserError(opened.reason, opened.usage ? exitCodes.usage : exitCodes.unreachable)
	return opened.target
}

/** The flow's inputs: its defaults, then what was given. */
export function resolveInputs(flow: Flow, given: readonly (readonly [string, string])[]): Record<string, string> {
	const inputs: Record<string, string> = {}
	for (const [name, input] of Object.entries(flow.inputs)) if (input.default !== undefined) inputs[name] = input.default
	for (const [name, text] of given) {
		const input = Object.hasOwn(flow.inputs, name) ? flow.inputs[name] : undefined
		if (input === undefined) {
			const names = Object.keys(flow.inputs)
			const near = nearest(name, names)
			throw new UserError(
				`The flow ${flow.id} has no input "${name}"${near === undefined ? '' : `; did you mean ${near}?`} It has: ${names.join(', ') || 'none'}.`,
			)
		}
		const checked = checkInput(input.format, text)
		if (!checked.ok) throw new UserError(`--set ${name}: ${checked.reason}.`)
		inputs[name] = checked.value
	}
	const missing = Object.keys(flow.inputs).filter((name) => inputs[name] === undefined)
	if (missing.length > 0) {
		throw new UserError(`The flow ${flow.id} needs ${missing.map((name) => `--set ${name}=…`).join(' and ')}.`)
	}
	return inputs
}

/**
 * The inputs of a session that its journal does not have, because they are secret: from the command line, or from whom
 * `ask` asks.
 */
export async function lostInputs(
	flow: Flow,
	lost: readonly string[],
	given: readonly (readonly [string, string])[],
	ask: ((question: string) => Promise<string | undefined>) | undefined,
): Promise<Record<string, string>> {
	const inputs: Record<string, string> = {}
	const take = (name: string, text: string): void => {
		const checked = checkInput(flow.inputs[name]?.format ?? 'text', text)
		if (!checked.ok) throw new UserError(`--set ${name}: ${checked.reason}.`)
		inputs[name] = checked.value
	}
	for (const [name, text] of given) {
		if (!lost.includes(name)) {
			throw new UserError(
				`The session has its input "${name}"; ${lost.length === 0 ? 'it lacks none' : `it lacks: ${lost.join(', ')}`}.`,
			)
		}
		take(name, text)
	}
	for (const name of lost) {
		if (inputs[name] !== undefined) continue
		const answer = await ask?.(`${flow.inputs[name]?.title ?? name} (secret, not in the journal): `)
		if (answer === undefined) {
			throw new UserError(`The journal keeps no secrets: resume with ${lost.map((one) => `--set ${one}=…`).join(' ')}.`)
		}
		take(name, answer)
	}
	return inputs
}

/** First step of one of the flow's other ways in. */
export function startOf(flow: Flow, path: string | undefined): string | undefined {
	if (path === undefined) return undefined
	const found = Object.hasOwn(flow.paths, path) ? flow.paths[path] : undefined
	if (found === undefined) {
		const names = Object.keys(flow.paths)
		throw new UserError(
			`The flow ${flow.id} has no path "${path}"; ${names.length === 0 ? 'it has one way in only' : `it has: ${names.join(', ')}`}.`,
		)
	}
	return found.start
}

const INSPECTION_FILE = 'inspect.jsonl'

export interface WalkRequest {
	readonly opened: OpenedFlow
	readonly target: Target
	readonly inputs: Readonly<Record<string, string>>
	readonly mode: SessionStarted['mode']
	readonly env: Environment
	readonly start?: string | undefined
	/** Writes down what the machines do: to this file, or (true) to one in the session's folder. */
	readonly inspect?: string | true | undefined
	/** Where sessions are kept; the user's own folder when left out. */
	readonly sessions?: string
}

/** Begins a session in a folder of its own. Closes the target when it cannot. */
export async function beginSession(request: WalkRequest): Promise<Session> {
	const { inspect, target } = request
	await refuseCommands(request)
	// Before there is a session, so that a file that cannot be written leaves none behind.
	const inspection = typeof inspect === 'string' ? await inspectionTo(inspect, target) : undefined
	const sessions = request.sessions ?? sessionsFolder(request.env)
	const id = newSessionId(request.opened.flow.id, Date.now(), Math.random)
	const made = createSessionFolder(sessions, id)
	if (!made.ok) {
		inspection?.close()
		await target.close()
		throw new UserError(made.reason)
	}
	const own = inspect === true ? await inspectionTo(join(made.folder, INSPECTION_FILE), target) : inspection
	return openSession(request, made.folder, undefined, own)
}

/** Whatever asked before: no command of a flow that nobody has approved is run on a host. */
async function refuseCommands({ opened, target, env }: WalkRequest): Promise<void> {
	if (target.recorded) return
	try {
		refuseUntrusted(opened, env)
	} catch (error) {
		await target.close()
		throw error
	}
}

async function inspectionTo(file: string, target: Target): Promise<Inspection> {
	const opened = openInspection(file)
	if (opened.ok) return opened.inspection
	await target.close()
	throw new UserError(opened.reason)
}

/** Opens the session in `folder`: a new one, or one to go on with. Closes the target when it cannot. */
export async function openSession(
	request: WalkRequest,
	folder: string,
	resume?: Extract<ResumePoint, { readonly ok: true }>,
	inspection?: Inspection,
): Promise<Session> {
	const { opened, target, inputs, mode, start } = request
	if (resume !== undefined) await refuseCommands(request)
	const journal = openJournal({ folder, now: Date.now, resume: resume !== undefined })
	if (!journal.ok) {
		inspection?.close()
		await target.close()
		throw new UserError(journal.reason)
	}
	return startSession({
		flow: opened.flow,
		...(opened.shipped ? {} : { flowFile: opened.file }),
		evaluator: opened.evaluator,
		target,
		parsers: withOwnParsers(opened.flow.parsers, parsers),
		journal: journal.journal,
		output: createOutputStore(),
		inputs,
		mode,
		version,
		clock: Date.now,
		...(inspection === undefined ? {} : { inspection }),
		...(start === undefined ? {} : { start }),
		...(resume === undefined ? {} : { resume }),
	})
}

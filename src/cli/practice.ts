import { exitCodes } from '../app/exit-codes.ts'
import { findFlow } from '../app/flows.ts'
import type { HostCatalogue, RecordedHost } from '../app/practice/catalogue.ts'
import { printing } from '../app/printing.ts'
import { UserError } from '../app/user-error.ts'
import { nearest, nearestOr } from '../flow/nearest.ts'
import type { TerminalStreams } from '../terminal/streams.ts'
import { printable } from '../text/unprintable.ts'

export interface PracticeOptions {
	readonly list?: boolean
	readonly history?: boolean
	readonly json?: boolean
	readonly random?: boolean
	readonly quiz?: boolean
	/** True: any fault. */
	readonly live?: true | string
	readonly speed: number
	readonly plain?: boolean
	readonly motion: boolean
}

const DEFAULT_FLOW = 'flask-502'

/** `runtree practice [FLOW] [SCENARIO]`: a guided session on a recorded host. Nothing is executed, but with `--live`. */
export async function practice(
	words: readonly (string | undefined)[],
	options: PracticeOptions,
	streams: TerminalStreams,
): Promise<number> {
	if (options.json === true && options.history !== true && options.list !== true) {
		throw new UserError('--json goes with --history or --list.')
	}
	if (options.history === true)
		return (await import('./practice-history.ts')).practiceHistory(options, documents(streams))
	const { flow, scenario } = await whatIsMeant(words)
	const isLoneFile = words[1] === undefined && scenario?.endsWith('.jsonl') === true
	if (options.live !== undefined) return live(flow, scenario, options, streams)
	if (scenario !== undefined && isFile(scenario)) {
		return playFile(isLoneFile ? undefined : flow, scenario, options, streams)
	}
	const { readCatalogue } = await import('../app/practice/catalogue.ts')
	const found = await findFlow(flow)
	if (!found.ok) throw new UserError(found.reason)
	const catalogue = await readCatalogue(found.folder)
	if (options.list === true) {
		const { printScenarios } = await import('./practice-list.ts')
		return printScenarios(flow, catalogue, options, documents(streams))
	}
	for (const problem of catalogue.problems) streams.stderr.write(`runtree: ${printable(problem)}\n`)
	if (scenario === undefined && catalogue.entries.length === 0) {
		throw new UserError(`The flow ${flow} has no recorded hosts; \`runtree record\` makes one.`)
	}
	if (scenario !== undefined) return play(flow, catalogue, entryOf(catalogue, scenario), options, streams)
	if (options.random === true) {
		const any = catalogue.entries[Math.floor(Math.random() * catalogue.entries.length)]
		if (any !== undefined) return play(flow, catalogue, any, options, streams)
	}
	return choose(flow, catalogue, options, streams)
}

/** One word may be a flow or a recorded host of the usual flow. */
async function whatIsMeant([first, second]: readonly (string | undefined)[]): Promise<{
	readonly flow: string
	readonly scenario: string | undefined
}> {
	if (first === undefined) return { flow: DEFAULT_FLOW, scenario: undefined }
	if (second !== undefined) return { flow: first, scenario: second }
	if (/^\d+$/.test(first) || first.endsWith('.jsonl')) return { flow: DEFAULT_FLOW, scenario: first }
	const found = await findFlow(first)
	if (found.ok) return { flow: first, scenario: undefined }
	const usual = await findFlow(DEFAULT_FLOW)
	const { readCatalogue } = await import('../app/practice/catalogue.ts')
	const names = usual.ok ? (await readCatalogue(usual.folder)).entries.map(({ name }) => name) : []
	if (names.includes(first) || nearest(first, names) !== undefined) return { flow: DEFAULT_FLOW, scenario: first }
	throw new UserError(found.reason)
}

/** Where lists go: nothing that cannot be seen reaches the terminal. */
function documents(streams: TerminalStreams): TerminalStreams {
	return { ...streams, stdout: printing(streams.stdout), stderr: printing(streams.stderr) }
}

function isFile(name: string): boolean {
	return name.includes('/') || name.endsWith('.jsonl')
}

function entryOf({ entries }: HostCatalogue, wanted: string): RecordedHost {
	const found = entries.find(({ name, number }) => name === wanted || `${number}` === wanted)
	if (found !== undefined) return found
	const list = '`runtree practice --list` lists them'
	if (/^\d+$/.test(wanted)) {
		throw new UserError(`There is no recorded host number ${wanted}, they go to ${entries.length}; ${list}.`)
	}
	const names = entries.map(({ name }) => name)
	throw new UserError(`There is no recorded host "${wanted}"; ${nearestOr(wanted, names, list)}`)
}

async function choose(
	flow: string,
	catalogue: HostCatalogue,
	options: PracticeOptions,
	streams: TerminalStreams,
): Promise<number> {
	const { bestScores } = await import('../app/practice/history.ts')
	const { chooseHost, chooserModel } = await import('../app/practice/choose.ts')
	const best = await bestScores(streams.env, flow)
	const model = chooserModel(catalogue, { title: flow, best, quiz: options.quiz === true })
	const choice = await chooseHost(model, streams, { plain: options.plain === true })
	if (choice.kind === 'leave') return choice.exitCode
	const entry = catalogue.entries[choice.index]
	if (entry === undefined) return exitCodes.ok
	return play(flow, catalogue, entry, { ...options, quiz: choice.quiz }, streams, choice.answers)
}

async function play(
	flow: string,
	{ entries }: HostCatalogue,
	entry: RecordedHost,
	options: PracticeOptions,
	streams: TerminalStreams,
	answers?: PlayAnswers,
): Promise<number> {
	const code = await playFile(flow, entry.file, options, streams, { name: entry.name, answers })
	if (options.quiz !== true || code === exitCodes.interrupted) return code
	const { bestScores } = await import('../app/practice/history.ts')
	const best = await bestScores(streams.env, flow)
	const next = entries.find(({ name }) => name !== entry.name && !best.has(name))
	if (next !== undefined) streams.stdout.write(`Next: runtree practice ${flow} ${next.number} --quiz\n`)
	return code
}

type PlayAnswers = Parameters<typeof import('../app/practice/play.ts').playScenario>[3]['answers']

/** Without the name of a flow: the one that the scenario was recorded for. */
async function playFile(
	flow: string | undefined,
	file: string,
	options: PracticeOptions,
	streams: TerminalStreams,
	known: { readonly name?: string; readonly answers?: PlayAnswers } = {},
): Promise<number> {
	const { openFlow } = await import('../app/compose.ts')
	const { loadScenario, refuseForeign } = await import('../app/scenarios.ts')
	const { playScenario } = await import('../app/practice/play.ts')
	const scenario = await loadScenario(file)
	const { id } = scenario.header.flow
	const opened = await openFlow(flow ?? ((await findFlow(id)).ok ? id : DEFAULT_FLOW))
	refuseForeign(opened, scenario)
	return playScenario(opened, known.name ?? scenario.header.name, scenario, {
		...playOptions(options, streams),
		answers: known.answers,
		speed: options.speed,
		foreign: known.name === undefined,
	})
}

async function live(
	flow: string,
	scenario: string | undefined,
	options: PracticeOptions,
	streams: TerminalStreams,
): Promise<number> {
	if (scenario !== undefined) {
		throw new UserError(
			`A recorded host and --live do not go together; \`runtree practice --live\` takes the name of a fault.`,
		)
	}
	const { openFlow } = await import('../app/compose.ts')
	const { playLive } = await import('../app/practice/live.ts')
	const fault = options.live === true ? undefined : options.live
	const { askTrust } = await import('../app/trust.ts')
	const opened = await openFlow(flow)
	await askTrust(opened, 'live', streams)
	return playLive(opened, fault, playOptions(options, streams))
}

function playOptions(options: PracticeOptions, streams: TerminalStreams) {
	return { streams, plain: options.plain === true, motion: options.motion, quiz: options.quiz === true }
}

import { access, constants, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { beginSession, openFlow, openTargetOrFail, resolveInputs } from '../app/compose.ts'
import { type Repair, recordHost, scenarioOf } from '../app/record.ts'
import { askTrust } from '../app/trust.ts'
import { UserError } from '../app/user-error.ts'
import { createRecordingTarget } from '../target/recording.ts'
import { runTool } from '../target/run-tool.ts'
import { writeScenario } from '../target/scenario.ts'
import type { TerminalStreams } from '../terminal/streams.ts'
import { version } from '../version.ts'

export interface RecordOptions {
	readonly on: string
	readonly set: readonly (readonly [string, string])[]
	readonly out: string
	readonly name?: string
	readonly title?: string
	readonly difficulty: string
	readonly repair?: boolean
	readonly repairWith?: string
	readonly yes?: boolean
}

/** The name that a recorded host gets in place of its own. */
const RECORDED_HOST = 'web1'

/** `runtree record FLOW`: asks a host every probe of the flow and keeps the answers as a scenario. */
export async function record(name: string, options: RecordOptions, streams: TerminalStreams): Promise<number> {
	const { stdout, stderr, env } = streams
	const { difficulty } = options
	if (difficulty !== 'easy' && difficulty !== 'medium' && difficulty !== 'hard') {
		throw new UserError('--difficulty is easy, medium or hard.')
	}
	await access(dirname(options.out), constants.W_OK).catch(() => {
		throw new UserError(`The folder ${dirname(options.out)} does not exist or cannot be written; make it first.`)
	})
	const opened = await openFlow(name)
	const inputs = resolveInputs(opened.flow, options.set)
	await askTrust(opened, options.on, streams)
	const target = createRecordingTarget(await openTargetOrFail(options.on, env), 'broken')
	// The session's own journal is of no use afterwards; the scenario is what is kept.
	const sessions = await mkdtemp(join(tmpdir(), 'runtree-record-'))
	try {
		const session = await beginSession({ opened, target, inputs, mode: 'record', env, sessions })
		const causes = await recordHost(session, target, opened, repairOf(options, streams), (sentence) =>
			stderr.write(`${sentence}\n`),
		)
		const host = target.host
		await session.close()
		const scenario = scenarioOf(
			{
				type: 'scenario',
				format: 1,
				name: options.name ?? basename(options.out).replace(/\.jsonl$/, ''),
				title: options.title ?? opened.flow.title,
				symptom: options.title ?? opened.flow.summary,
				difficulty,
				flow: { id: opened.flow.id, hash: opened.flow.hash },
				runtree: version,
				recordedAt: new Date().toISOString(),
				host: RECORDED_HOST,
				causes: [...causes],
				start: 'broken',
				inputs,
			},
			target.answers(),
			host,
		)
		await writePrivately(options.out, writeScenario(scenario)).catch((error: Error) => {
			throw new UserError(`The scenario cannot be written to ${options.out} (${error.message}).`)
		})
		stdout.write(`${options.out}: ${scenario.answers.length} answers, causes: ${causes.join(', ') || 'none'}\n`)
		return 0
	} finally {
		await rm(sessions, { recursive: true, force: true })
	}
}

/** For its owner alone, as it holds what a host said; also where an earlier file was open to others. */
async function writePrivately(file: string, text: string): Promise<void> {
	const handle = await open(file, 'w', 0o600)
	try {
		if ((await handle.stat()).isFile()) await handle.chmod(0o600)
		await handle.writeFile(text)
	} finally {
		await handle.close()
	}
}

function repairOf(options: RecordOptions, streams: TerminalStreams): Repair | undefined {
	if (options.repair !== true && options.repairWith === undefined) return undefined
	const { repairWith } = options
	return {
		allow: async (commands) => options.yes === true || (await ask(commands, streams)),
		...(repairWith === undefined
			? {}
			: { byOtherMeans: async () => (await runTool('sh', ['-c', repairWith], { output: 'shown' })).exitCode === 0 }),
	}
}

async function ask(commands: readonly string[], { stdin, stderr }: TerminalStreams): Promise<boolean> {
	if (!stdin.isTTY) throw new UserError('A remedy needs a yes, and nobody is there to give it; pass --yes.', 5)
	const prompt = createInterface({ input: stdin, output: stderr })
	const answer = await prompt.question(`Run this on the host?\n  ${commands.join('\n  ')}\nType yes: `)
	prompt.close()
	return answer.trim() === 'yes'
}

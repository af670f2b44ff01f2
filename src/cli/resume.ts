import { lostInputs, openFlow, openSession, openTargetOrFail } from '../app/compose.ts'
import { walkWithOperator } from '../app/front-end.ts'
import { openRecorded } from '../app/scenarios.ts'
import { allSessions, findSession } from '../app/sessions.ts'
import { askTrust, ownFlowNotice } from '../app/trust.ts'
import { UserError } from '../app/user-error.ts'
import { resumePoint } from '../journal/fold.ts'
import { closeSessionFolder } from '../journal/paths.ts'
import { readJournal } from '../journal/read.ts'
import { askSecret } from '../terminal/ask-secret.ts'
import { createHandOver } from '../terminal/hand-over.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree resume [SESSION]`: goes on where a session was left or broke off. */
export async function resume(
	name: string | undefined,
	options: {
		readonly set?: readonly (readonly [string, string])[]
		readonly plain?: boolean
		readonly motion: boolean
	},
	streams: TerminalStreams,
): Promise<number> {
	const { folder, file } = await findSession(name ?? (await latestOpenEnded(streams)), streams.env)
	const hand = closeSessionFolder(folder)
	if (hand !== undefined) throw new UserError(hand)
	const read = await readJournal(file)
	if (!read.ok) throw new UserError(read.reason)
	const [started] = read.entries
	if (started?.type !== 'session.started') throw new UserError(`${file} does not begin with a session.`)
	const opened = await openFlow(started.flow.file ?? started.flow.id)
	const point = resumePoint(read.entries, opened.flow)
	if (!point.ok) throw new UserError(point.reason)
	await askTrust(opened, started.recorded ? 'recorded:' : started.target, streams)
	const inputs = await lostInputs(
		opened.flow,
		started.recorded ? [] : point.lostInputs,
		options.set ?? [],
		asker(streams),
	)
	const handOver = createHandOver()
	const target = started.recorded
		? await openRecorded(opened, started.target.replace(/^recorded:(\/\/)?/, ''), { speed: 4 })
		: await openTargetOrFail(started.target, streams.env, handOver)
	const session = await openSession({ opened, target, inputs, mode: started.mode, env: streams.env }, folder, point)
	return walkWithOperator(session, {
		evaluator: opened.evaluator,
		streams,
		handOver,
		plain: options.plain === true,
		motion: options.motion,
		notice: noticeOf(point) ?? ownFlowNotice(opened),
	})
}

/** Asks on a terminal; undefined where nobody is there to answer. */
function asker({ stdin, stderr }: TerminalStreams): ((question: string) => Promise<string | undefined>) | undefined {
	return stdin.isTTY && stderr.isTTY ? (question) => askSecret(question, { stdin, stderr }) : undefined
}

async function latestOpenEnded({ env }: TerminalStreams): Promise<string> {
	const found = (await allSessions(env)).find(
		(session) =>
			session.kind === 'session' &&
			(session.state.kind === 'interrupted' || (session.state.kind === 'ended' && session.state.outcome === 'stopped')),
	)
	if (found === undefined) throw new UserError('There is no session to resume; `runtree sessions` lists all.')
	return found.id
}

function noticeOf(point: Extract<ReturnType<typeof resumePoint>, { ok: true }>): string | undefined {
	if (point.interrupted !== undefined) {
		// The full screen has one line for it: what matters comes first.
		return `How this ended is unknown, the session broke off: ${point.interrupted.command}`
	}
	const change = point.brokeOff ? point.resume.changes.at(-1) : undefined
	if (change?.ending === 'exited' && change.step === point.resume.step) {
		return `This had ended (exit code ${change.exitCode}) before the session broke off: ${change.command}`
	}
	if (point.flowChanged) return 'The flow was edited since this session began; steps may mean something else now.'
	return undefined
}

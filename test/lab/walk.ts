/** One walk of an operator through the program's terminal, from the first request to the retest, and what it left behind. */
import { join } from 'node:path'
import { openFlow } from '../../src/app/compose.ts'
import type { Flow } from '../../src/flow/flow.ts'
import type { Fault } from '../../src/lab/fault.ts'
import { type Host, restore, status } from '../../src/lab/host.ts'
import { startPty } from '../support/pty.ts'
import { causesOf, changesOf, journalOf, missingIn, sessionsOf, unconfirmed, withoutExitCode } from './evidence.ts'
import { type Operator, operate } from './operator.ts'
import { call, environment, type Program } from './program.ts'
import { REMEDIES } from './remedies.ts'

export interface WalkOptions extends Pick<Operator, 'stepwise' | 'watch'> {
	/** Default 80. */
	readonly cols?: number
	/** Default 24. */
	readonly rows?: number
}

export interface Walked {
	/** The last screen: the summary. */
	readonly screen: string
	/** What was named, in this order. */
	readonly causes: readonly string[]
	/** What was chosen against it. */
	readonly remedies: readonly string[]
	/** The commands that may have changed the host. */
	readonly changes: readonly string[]
	/** Remedies after which the retest named the same cause again. */
	readonly vain: readonly string[]
	/** Commands that changed something without a yes. */
	readonly unconfirmed: readonly string[]
	/** Commands whose end the journal does not know. */
	readonly withoutExitCode: readonly string[]
	/** Commands that the transcript does not show with how they ended. */
	readonly notInTranscript: readonly string[]
	/** What the URL answers afterwards, asked without the program. */
	readonly retest: string
}

/**
 * Walks in a terminal until the program says that the walk has ended. The cause's first remedy is taken, unless
 * `REMEDIES` knows better; where the same cause is named again, the next one. Throws when none is left.
 */
export async function walk(
	program: Program,
	host: Host,
	fault: Fault,
	{ cols = 80, rows = 24, ...manner }: WalkOptions = {},
): Promise<Walked> {
	const { flow } = await openFlow(join(program.folder, 'flows', host.stack.id))
	const on = ['--on', `podman://${host.name}`, '--set', `url=${fault.url}`]
	const terminal = await startPty({
		file: process.execPath,
		args: [program.launcher, 'run', host.stack.id, ...on, '--no-motion'],
		env: environment(program),
		cwd: program.folder,
		cols,
		rows,
	})
	const taken: { cause: string; remedy: string }[] = []
	const choose = async (title: string, screen: string): Promise<number> => {
		const cause = causesOf(await journalOf(program, sessionsOf(program).at(-1) ?? '')).at(-1) ?? ''
		const known = flow.causes[cause]
		if (known === undefined || !known.title.startsWith(title))
			throw new Error(`The screen names the cause '${title}', the journal '${cause}'.`)
		const remedies = offered(flow, screen, known.remedies)
		const tried = taken.filter((one) => one.cause === cause).map(({ remedy }) => remedy)
		const wanted = REMEDIES[fault.name]?.[cause]?.remedy
		const order = wanted === undefined ? remedies : [wanted, ...remedies]
		const remedy = order.find((one) => !tried.includes(one))
		if (remedy === undefined) throw new Error(`No remedy of '${cause}' mends it: ${tried.join(', ')} did not.`)
		taken.push({ cause, remedy })
		return remedies.indexOf(remedy) + 1
	}
	try {
		const screen = await operate(terminal, {
			host: 'web1',
			choose,
			repairByHand: () => restore(host),
			correctUrl: fault.correct,
			...manner,
		})
		terminal.type('q')
		await terminal.exit
		const [session = ''] = sessionsOf(program)
		const entries = await journalOf(program, session)
		const transcript = await call(program, ['export', session, '--format', 'md'])
		return {
			screen,
			causes: causesOf(entries),
			remedies: taken.map(({ cause, remedy }) => (taken.length === 1 ? remedy : `${cause}: ${remedy}`)),
			changes: changesOf(entries).map(({ command }) => command),
			vain: taken
				.filter(({ cause }, index) => taken.slice(index + 1).some((later) => later.cause === cause))
				.map(({ cause, remedy }) => `${cause}: ${remedy}`),
			unconfirmed: unconfirmed(entries),
			withoutExitCode: withoutExitCode(entries),
			notInTranscript: missingIn(transcript.stdout, entries),
			retest: await status(host, fault.correct ?? fault.url),
		}
	} catch (error) {
		const before = taken.map(({ cause, remedy }) => `${cause}: ${remedy}`).join(', then ')
		throw new Error(`After ${before || 'no remedy'}: ${error instanceof Error ? error.message : error}`)
	} finally {
		await terminal.close()
	}
}

/** The remedies in the order in which the screen offers them: what cannot be tried on this host comes last. */
function offered(flow: Flow, screen: string, remedies: readonly string[]): readonly string[] {
	const place = (id: string): number => {
		const title = flow.steps[id]?.title ?? id
		const line = screen.split('\n').find((text) => / \d /.test(text) && text.includes(` ${title}`))
		return Number(/ (\d) /.exec(line ?? '')?.[1] ?? 9)
	}
	return remedies.toSorted((one, other) => place(one) - place(other))
}

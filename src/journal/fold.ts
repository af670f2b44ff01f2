import type { Effect } from '../flow/command.ts'
import type { Flow } from '../flow/flow.ts'
import { changeBy, type Runnable, recorded, without } from '../machine/plan.ts'
import type { CommandResult, NamedFacts, PlannedCommand, SessionOutcome, Visit, WalkInput } from '../machine/types.ts'
import { NOTHING_YET, withCause } from '../machine/walk.ts'
import type { JournalEntry, SessionStarted } from './entry.ts'
import { REDACTED } from './secret-values.ts'

/** A command that had started when the session broke off: nobody knows how it ended. */
interface Interrupted {
	readonly run: string
	readonly command: string
	readonly effect: Effect
}

export type ResumePoint =
	| {
			readonly ok: true
			readonly started: SessionStarted
			/** For the machine: the last state at rest, on `resume.step`, ready; nothing that had started starts by itself. */
			readonly resume: NonNullable<WalkInput['resume']>
			readonly interrupted?: Interrupted
			/** It did not end: it was killed, or the machine was. */
			readonly brokeOff: boolean
			/** The flow was edited since: steps and branches may mean something else now. */
			readonly flowChanged: boolean
			/** Inputs that held a secret, which the journal does not have: to be asked for again. */
			readonly lostInputs: readonly string[]
	  }
	/** One sentence that says why it cannot be resumed and what to do. */
	| { readonly ok: false; readonly reason: string }

type Started = Extract<JournalEntry, { readonly type: 'command.started' }>
interface Running {
	readonly started: Started
	/** What was read from its output. */
	readonly named: NamedFacts[]
	/** The walk took it as cancelled. */
	settled: boolean
	/** A resume lies between. */
	lostTrack: boolean
}

type FoldedWalk = { -readonly [Key in keyof ResumedContext]: ResumedContext[Key] }
type ResumedContext = NonNullable<WalkInput['resume']>

/** Whether a session that ended so may be taken up again: what was left undone may, what is mended may not. */
export function isResumable(outcome: SessionOutcome): boolean {
	return outcome !== 'healthy' && outcome !== 'resolved'
}

/** Where a walk goes on: a pure fold of its journal. Total: entries that do not fit the flow are passed over. */
export function resumePoint(entries: readonly JournalEntry[], flow: Flow): ResumePoint {
	const [started] = entries
	if (started?.type !== 'session.started') return { ok: false, reason: 'The journal does not begin with a session.' }
	if (started.flow.id !== flow.id) {
		return { ok: false, reason: `This session walks the flow ${started.flow.id}: resume it with that flow.` }
	}
	const ended = entries.findLast((entry) => entry.type === 'session.ended' || entry.type === 'session.resumed')
	if (ended?.type === 'session.ended' && !isResumable(ended.outcome)) {
		return { ok: false, reason: `This session ended ${ended.outcome}: export it, or start a new one.` }
	}
	const fold = newFold(flow, started.inputs)
	for (const entry of entries) fold.take(entry)
	const { walk, interrupted } = fold.rest()
	if (!Object.hasOwn(flow.steps, walk.step)) {
		return {
			ok: false,
			reason: `The flow no longer has the step ${walk.step} that this session is on: start a new one.`,
		}
	}
	return {
		ok: true,
		started,
		resume: walk,
		brokeOff: ended?.type !== 'session.ended',
		flowChanged: started.flow.hash !== flow.hash,
		lostInputs: Object.keys(walk.inputs).filter((name) => walk.inputs[name]?.includes(REDACTED)),
		...(interrupted === undefined ? {} : { interrupted }),
	}
}

function newFold(flow: Flow, inputs: Readonly<Record<string, string>>) {
	const walk: FoldedWalk = { inputs, step: flow.start, ...NOTHING_YET, thorough: 'no' }
	/** Commands that ended, by run: what a later step knows by them. */
	const ended = new Map<string, Runnable>()
	/** Commands that started and whose end is not in the journal yet. */
	const running = new Map<string, Running>()
	let plan = new Map<number, PlannedCommand>()
	let judged = false
	let leadsTo: string | undefined

	const freshPlan = (): void => {
		if (judged) plan = new Map()
		judged = false
	}

	const close = (how: Pick<Visit, 'branch' | 'by' | 'cause'>): void => {
		const last = walk.path.at(-1)
		if (last !== undefined && last.by === undefined) walk.path = [...walk.path.slice(0, -1), { ...last, ...how }]
	}

	const enter = (step: string): void => {
		close({ by: 'jump' })
		arrive(step, walk.path, walk.learned)
	}

	const arrive = (step: string, before: FoldedWalk['path'], learned: number): void => {
		walk.path = [...before, { step, learned }]
		walk.step = step
		plan = new Map()
		judged = false
		leadsTo = undefined
	}

	/** The machine's own way back: what was chosen against the evidence is taken back with it. */
	const goBack = (step: string): void => {
		const last = walk.path.length - 1
		const index = walk.path[last]?.by === undefined ? last - 1 : last
		const visit = walk.path[index]
		if (visit?.by === 'operator') {
			const isTaken = (other: (typeof walk.findings)[number]): boolean =>
				other.step === visit.step && other.branch === visit.branch && !other.supported
			const gone = walk.findings.filter(isTaken).map(({ cause }) => cause)
			walk.findings = walk.findings.filter((finding) => !isTaken(finding))
			const kept = new Set(walk.findings.map(({ cause }) => cause))
			walk.causes = walk.causes.filter((cause) => !gone.includes(cause.cause) || kept.has(cause.cause))
		}
		arrive(step, walk.path.slice(0, Math.max(index, 0)), visit?.learned ?? walk.learned)
	}

	const start = (entry: Started): void => {
		freshPlan()
		walk.runs = Math.max(walk.runs, Number(entry.run.split('/').at(-1)) || 0)
		running.set(entry.run, { started: entry, named: [], settled: false, lostTrack: false })
		plan.set(entry.index, plannedOf(entry))
	}

	const end = (run: string, result: CommandResult): void => {
		const found = running.get(run)
		running.delete(run)
		if (found !== undefined && !found.settled) settle(found.started, result)
	}

	const settle = (started: Started, result: CommandResult): void => {
		const planned = plannedOf(started)
		const args = started.parse.map((rule) => rule.args)
		// A cancelled command may end after others have started: it was read when it was started.
		const readAt = Number(started.run.split('/').at(-1)) || walk.runs
		const memory = recorded({ ...walk, step: started.step, runs: readAt }, planned, args, result)
		Object.assign(walk, { ...memory, step: walk.step, runs: walk.runs })
		const done: Runnable = { ...planned, result, readAt }
		ended.set(started.run, done)
		if (started.step === walk.step && plan.get(started.index)?.kind === 'run') plan.set(started.index, done)
	}

	/** The walk went on without waiting for the end of a command that the operator cancelled. */
	const settleCancelled = (step: string): void => {
		for (const found of running.values()) {
			const { started } = found
			if (found.settled || found.lostTrack || started.step !== step) continue
			found.settled = true
			settle(started, { run: started.run, ending: { kind: 'cancelled', durationMs: 0 }, lines: 0, named: [] })
		}
	}

	const take = (entry: JournalEntry): void => {
		switch (entry.type) {
			case 'session.resumed':
				for (const found of running.values()) found.lostTrack = true
				return
			case 'step.entered':
				if (entry.back === true) goBack(entry.step)
				else enter(entry.step)
				return
			case 'step.rerun':
				walk.facts = without(walk.facts, new Set(entry.facts))
				walk.answers = without(walk.answers, new Set(entry.answers))
				return
			case 'command.left-out':
				freshPlan()
				plan.set(entry.index, { kind: 'left-out', index: entry.index, reason: entry.reason })
				return
			case 'command.known': {
				freshPlan()
				const known = ended.get(entry.run)
				if (known !== undefined) plan.set(entry.index, { ...known, index: entry.index, known: true })
				return
			}
			case 'declined':
			case 'skipped':
				freshPlan()
				return
			case 'command.started':
				start(entry)
				return
			case 'facts':
				running.get(entry.run)?.named.push(entry.named)
				return
			case 'command.ended':
				end(entry.run, {
					run: entry.run,
					ending: entry.ending,
					lines: entry.lines,
					named: running.get(entry.run)?.named ?? [],
				})
				return
			case 'decision': {
				settleCancelled(entry.step)
				judged = true
				const length = Math.max(flow.steps[entry.step]?.run.length ?? 0, ...[...plan.keys()].map((index) => index + 1))
				const whole = Array.from({ length }, (_, index) => plan.get(index) ?? notRun(index))
				walk.visited = { ...walk.visited, [entry.step]: { plan: whole, decision: entry.decision } }
				return
			}
			case 'finding': {
				const { finding } = entry
				const others = walk.findings.filter((other) => other.step !== finding.step || other.branch !== finding.branch)
				walk.findings = [...others, finding]
				return
			}
			case 'branch.taken':
				close({
					branch: entry.branch,
					by: entry.by,
					...(entry.to.startsWith('cause:') ? { cause: entry.to.slice(6) } : {}),
				})
				leadsTo = entry.to.startsWith('step:') ? entry.to.slice(5) : undefined
				return
			case 'cause.named': {
				const say = walk.findings.at(-1)?.say ?? entry.title
				const { cause, evidence, state } = entry
				walk.causes = withCause(walk.causes, { cause, evidence, say, state, mended: false })
				return
			}
			case 'input.changed':
				walk.inputs = { ...walk.inputs, [entry.name]: entry.value }
				walk.learned += 1
				walk.facts = without(walk.facts, new Set(entry.facts))
				walk.answers = without(walk.answers, new Set(entry.answers))
		}
	}

	/** What was masked is not known any more: whoever told it is asked again. */
	const forgetMasked = (): void => {
		walk.facts = Object.fromEntries(Object.entries(walk.facts).filter(([, known]) => !isMasked(known.facts)))
		walk.answers = Object.fromEntries(
			Object.entries(walk.answers).filter(([, { result }]) => !result.named.some((named) => isMasked(named.facts))),
		)
	}

	const rest = (): { readonly walk: ResumedContext; readonly interrupted?: Interrupted } => {
		if (leadsTo !== undefined && Object.hasOwn(flow.steps, leadsTo)) enter(leadsTo)
		let interrupted: Interrupted | undefined
		for (const { started, settled, lostTrack } of running.values()) {
			if (!settled && started.effect !== 'read') {
				const ending = { kind: 'disconnected', reason: 'The session broke off.', durationMs: 0 } as const
				const lost = { run: started.run, ending, lines: 0, named: [] }
				walk.changes = [...walk.changes, changeBy(started.step, plannedOf(started), lost)]
				walk.changedAt = walk.runs
				walk.answers = {}
			}
			if (!lostTrack) interrupted = { run: started.run, command: started.command, effect: started.effect }
		}
		forgetMasked()
		return interrupted === undefined ? { walk } : { walk, interrupted }
	}

	return { take, rest }
}

function isMasked(facts: NamedFacts['facts']): boolean {
	return JSON.stringify(facts).includes(REDACTED)
}

function plannedOf(entry: Started): Runnable {
	return {
		kind: 'run',
		index: entry.index,
		spec: {
			text: entry.command,
			effect: entry.effect,
			privilege: entry.privilege,
			timeoutMs: entry.timeoutMs,
			interactive: entry.interactive === true,
			...(entry.as === undefined ? {} : { as: entry.as }),
		},
		edited: entry.edited === true,
		key: entry.key,
		parse: entry.parse.map(({ parser, as }) => ({ parser, as, with: {} })),
		...(entry.probe === undefined ? {} : { probe: entry.probe }),
		...(entry.undo === undefined ? {} : { undo: entry.undo }),
	}
}

function notRun(index: number): PlannedCommand {
	return { kind: 'left-out', index, reason: 'not run' }
}

import { authoredBranches, authoredSteps } from './authored.ts'
import type { Complain } from './checking.ts'
import { CONSULT, type Flow, type Outcome, type Step } from './flow.ts'

/**
 * What can be known of the ways through a flow: every step is reached, every way ends, every branch can be
 * taken, and a remedy is followed by a retest. Each check looks at every branch a fixed number of times.
 */
export function checkWalk(flow: Flow, error: Complain): void {
	checkBranches(flow, error)
	const reached = checkReached(flow, error)
	checkEnds(flow, reached, error)
	checkRetests(flow, error)
}

function checkBranches(flow: Flow, error: Complain): void {
	for (const step of authoredSteps(flow)) {
		const { id } = step
		const branches = authoredBranches(step)
		const kinds = branches.map(({ rule }) => rule.kind)
		const otherwise = kinds.indexOf('otherwise')
		const lastWhen = kinds.lastIndexOf('when')
		if (otherwise < 0 && lastWhen >= 0 && !step.manual) {
			error(
				{ path: ['steps', id, 'branches'] },
				`step \`${id}\` has no \`otherwise\``,
				'say what holds when no `when` does',
			)
		}
		const secondOtherwise = otherwise < 0 ? -1 : kinds.indexOf('otherwise', otherwise + 1)
		if (secondOtherwise >= 0) {
			error(
				{ path: ['steps', id, 'branches', secondOtherwise, 'otherwise'], key: true },
				'a second `otherwise` is never taken',
			)
		} else if (otherwise >= 0 && lastWhen > otherwise) {
			const path = ['steps', id, 'branches', lastWhen, 'when']
			error({ path, key: true }, 'a `when` after `otherwise` is never taken', 'move `otherwise` to the end')
		}
		const before = new Map<string, number>()
		for (const [index, { rule }] of branches.entries()) {
			if (rule.kind !== 'when' && rule.kind !== 'choice') continue
			const key = rule.kind === 'when' ? 'when' : 'choice'
			const text = rule.kind === 'when' ? rule.condition : rule.label
			const same = `${key} ${text.trim().replace(/\s+/g, ' ')}`
			const first = before.get(same)
			if (first === undefined) before.set(same, index)
			else error({ path: ['steps', id, 'branches', index, key] }, `branch ${first + 1} of this step says the same`)
		}
	}
}

/** Steps that an operator can come to, from the start, another way in, or a cause's remedy. Any step may prove a cause. */
function checkReached(flow: Flow, error: Complain): ReadonlySet<string> {
	const steps = new Set<string>()
	const waiting = [flow.start, ...Object.values(flow.paths).map(({ start }) => start)]
	for (const { remedies } of Object.values(flow.causes)) waiting.push(...remedies)
	while (waiting.length > 0) {
		const id = waiting.pop() ?? ''
		const step = flow.steps[id]
		if (step === undefined || steps.has(id)) continue
		steps.add(id)
		for (const { to } of authoredBranches(step)) if (to.kind === 'goto') waiting.push(to.step)
	}
	for (const { id } of authoredSteps(flow)) {
		if (!steps.has(id))
			error({ path: ['steps', id], key: true }, `nothing leads to step \`${id}\``, 'go to it, or remove it')
	}
	return steps
}

function checkEnds(flow: Flow, reached: ReadonlySet<string>, error: Complain): void {
	// Where a step only asks, the judge goes on.
	const ends = leadingTo(flow, (step) =>
		authoredBranches(step).some(({ to }) => to.kind !== 'goto' || to.step === CONSULT),
	)
	for (const id of reached) {
		if (id === CONSULT || ends.has(id)) continue
		error(
			{ path: ['steps', id], key: true },
			`no way from step \`${id}\` ends`,
			'add a branch with `end`, `cause` or `ask`',
		)
	}
}

const claims: readonly Outcome[] = ['healthy', 'resolved']

/** After a remedy, only a retest can say that the host is healthy: what was true before it no longer counts. */
function checkRetests(flow: Flow, error: Complain): void {
	const namedRemedies = new Set(Object.values(flow.causes).flatMap(({ remedies }) => remedies))
	const claimsEnd = (step: Step): boolean =>
		authoredBranches(step).some(({ to }) => to.kind === 'end' && claims.includes(to.outcome))
	const unchecked = leadingTo(flow, claimsEnd, (step) => !step.retest)
	const retested = leadingTo(flow, ({ retest }) => retest)
	for (const step of authoredSteps(flow)) {
		const { id } = step
		const path = ['steps', id]
		const lastChange = step.run.findLastIndex(({ effect }) => effect !== 'read')
		const probesAfter = step.run.slice(lastChange + 1).length > 0
		if (step.retest && !probesAfter && !step.manual) {
			const message = `step \`${id}\` is a retest, but runs no probe${lastChange < 0 ? '' : ' after its changes'}`
			error({ path: [...path, 'retest'] }, message, 'add the probe that shows whether the fault is gone')
		}
		const isRemedy = lastChange >= 0 || (step.manual && namedRemedies.has(id))
		if (!isRemedy || step.retest) continue
		if (unchecked.has(id)) {
			const end = endOf(id, unchecked)
			const where = end === id ? '' : ` in step \`${end}\``
			const message = `after the remedy \`${id}\` the walk can end as healthy${where} without a retest`
			error({ path, key: true }, message, 'go to a step with `retest: true` first')
		} else if (!retested.has(id)) {
			error({ path, key: true }, `no retest follows the remedy \`${id}\``, 'go to a step with `retest: true`')
		}
	}
}

/**
 * The steps from which a step that `is` can be reached, that step included, by steps that all `may` be passed. Gives
 * for each the next step on such a way, itself at its end.
 */
function leadingTo(
	flow: Flow,
	is: (step: Step) => boolean,
	may: (step: Step) => boolean = () => true,
): ReadonlyMap<string, string> {
	const before = new Map<string, string[]>()
	const next = new Map<string, string>()
	const waiting: string[] = []
	for (const step of authoredSteps(flow)) {
		const { id } = step
		for (const { to } of authoredBranches(step)) {
			if (to.kind !== 'goto') continue
			const sources = before.get(to.step)
			if (sources === undefined) before.set(to.step, [id])
			else sources.push(id)
		}
		if (!may(step) || !is(step)) continue
		next.set(id, id)
		waiting.push(id)
	}
	for (let at = 0; at < waiting.length; at++) {
		const id = waiting[at] ?? ''
		for (const source of before.get(id) ?? []) {
			const step = flow.steps[source]
			if (step === undefined || next.has(source) || !may(step)) continue
			next.set(source, id)
			waiting.push(source)
		}
	}
	return next
}

function endOf(start: string, next: ReadonlyMap<string, string>): string {
	let id = start
	for (let following = next.get(id); following !== undefined && following !== id; following = next.get(id))
		id = following
	return id
}

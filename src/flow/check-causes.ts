import { authoredBranches, authoredSteps } from './authored.ts'
import type { Checking, Complain } from './checking.ts'
import type { Flow } from './flow.ts'
import { usageOrder } from './order.ts'
import { RESULT } from './result.ts'

/** Every cause can be named: by a proof that stands by itself and reads what some probe gives, or by a choice. */
export function checkCauses({ flow, evaluator, hearsay, error, warn }: Checking): void {
	const chosen = new Set<string>()
	for (const step of authoredSteps(flow)) {
		for (const { to } of authoredBranches(step)) if (to.kind === 'cause') chosen.add(to.cause)
	}
	for (const [id, cause] of Object.entries(flow.causes)) {
		if (cause.proof.length === 0 && !chosen.has(id)) {
			error(
				{ path: ['causes', id], key: true },
				`nothing names cause \`${id}\``,
				'give it a `proof`, or lead a `choice` to it',
			)
		}
		let carried = cause.proof.length === 0
		cause.proof.forEach(({ when, unless }, index) => {
			const path = ['causes', id, 'proof', index]
			const read = evaluator.factsRead(when)
			if (evaluator.check(when).ok) checkProof([...path, 'when'], read, error)
			if (unless !== undefined) refuseResult([...path, 'unless'], evaluator.factsRead(unless), error)
			if ([...read].some((fact) => !hearsay.has(fact))) carried = true
		})
		if (!carried) {
			warn(
				{ path: ['causes', id, 'proof'], key: true },
				`cause \`${id}\` is never more than likely: its proof reads nothing but hearsay`,
				'add a fact that the system itself tells and that agrees',
			)
		}
	}
	checkYields(flow.causes, error)
}

function checkProof(path: readonly PropertyKey[], read: ReadonlySet<string>, error: Complain): void {
	if (read.size === 0) {
		error({ path }, 'this proof reads no fact, so that no probe can prove it', 'compare a fact that a probe gives')
		return
	}
	refuseResult(path, read, error)
}

/** `result` is the last command of whichever step it is asked at; a proof is judged at all of them. */
function refuseResult(path: readonly PropertyKey[], read: ReadonlySet<string>, error: Complain): void {
	const result = [...read].find((fact) => fact.startsWith(`${RESULT}.`))
	if (result === undefined) return
	error(
		{ path },
		`a proof cannot read \`${result}\`: it is the last command of whichever step is judged`,
		'give it a name where the probe runs, `parse: { result: name }`, and read that',
	)
}

/** Causes that explain each other would each wait for the other to be excluded. */
function checkYields(causes: Flow['causes'], error: Complain): void {
	const { circles } = usageOrder(Object.fromEntries(Object.entries(causes).map(([id, { yields }]) => [id, yields])))
	for (const circle of circles) {
		const [first = ''] = circle
		const from = circle.at(-1) ?? first
		const index = causes[from]?.yields.indexOf(first) ?? 0
		const round = [...circle, first].join(' → ')
		error({ path: ['causes', from, 'yields', index] }, `the causes yield to each other: ${round}`, 'remove one of them')
	}
}

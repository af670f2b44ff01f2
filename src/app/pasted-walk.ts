import type { Scope } from '../flow/conditions.ts'
import type { Branch, FlowCommand, Step } from '../flow/flow.ts'
import { RESULT } from '../flow/result.ts'
import { renderText } from '../flow/templates.ts'
import { declareFacts } from '../flow/variables.ts'
import { evidenceOf } from '../machine/judge.ts'
import type { Evidence, NamedFacts } from '../machine/types.ts'
import type { Segment } from '../subjects/segments.ts'
import { type Bound, bindStep, type Known, missingCommands, type Paste, scopeOf } from './pasted-facts.ts'

/** A walk through a flow over the facts of a paste: as far as they decide, and no further. */

type FactsByName = Readonly<Record<string, NamedFacts>>

export interface PastedFinding {
	readonly step: string
	/** One sentence; left out when it would name something that the paste does not tell. */
	readonly say?: string
	readonly evidence: readonly Evidence[]
	/** Paths of the facts that decided it. */
	readonly deciding: readonly string[]
}

/** The command that would go on, and the step that it belongs to. */
export interface Next {
	readonly step: string
	readonly command: FlowCommand
}

export interface PastedWalk {
	readonly start: string
	readonly findings: readonly PastedFinding[]
	readonly steps: readonly string[]
	readonly facts: FactsByName
	readonly inputs: Readonly<Record<string, string>>
	/** Outputs that were read, and those of them that decided a branch. */
	readonly used: readonly Segment[]
	readonly decisive: readonly Segment[]
	readonly end: /** `alone`: it rests on this walk's own outputs, and not on what an earlier step would have ruled out. */
		| { readonly kind: 'cause'; readonly cause: string; readonly alone: boolean }
		| { readonly kind: 'healthy' }
		/** `before`: the step that it stopped before, because the paste has nothing of it. */
		| { readonly kind: 'open'; readonly question?: string; readonly next?: Next; readonly before?: Step }
}

const MOST_STEPS = 40
const MOST_SUPPOSITIONS = 4

/** Steps as a walk meets them: breadth first from the flow's start, then from its other ways in. */
export function orderOf({ flow }: Pick<Paste, 'flow'>): readonly Step[] {
	const ids = [flow.start, ...Object.values(flow.paths).map(({ start }) => start)]
	const order = new Map<string, Step>()
	for (const id of ids) {
		const queue = [id]
		for (let at = 0; at < queue.length; at++) {
			const step = Object.hasOwn(flow.steps, queue[at] ?? '') ? flow.steps[queue[at] ?? ''] : undefined
			if (step === undefined || order.has(step.id)) continue
			order.set(step.id, step)
			for (const { to } of step.branches) if (to.kind === 'goto') queue.push(to.step)
		}
	}
	for (const step of Object.values(flow.steps)) if (!order.has(step.id)) order.set(step.id, step)
	return [...order.values()]
}

/** Steps that the paste can begin at, as a walk meets them: it has facts that their conditions read. */
export function startsOf(paste: Paste, order: readonly Step[], known: Known): readonly Step[] {
	return order.filter((step) => {
		// A retest says that a fault is gone, which only a session can know.
		if (step.manual || step.retest) return false
		const { names } = bindStep(paste, step, known, paste.inputs)
		return step.branches.some((branch) => namesRead(paste, branch).some((name) => names.includes(name)))
	})
}

function namesOf(step: Step): ReadonlySet<string> {
	return new Set(step.run.flatMap(({ parse }) => parse.map((rule) => rule.as)))
}

function namesRead({ evaluator }: Pick<Paste, 'evaluator'>, branch: Branch): readonly string[] {
	if (branch.rule.kind !== 'when') return []
	const checked = evaluator.check(branch.rule.condition)
	return checked.ok ? checked.reads.map(nameOf).filter((name) => name !== 'inputs' && name !== 'host') : []
}

function nameOf(path: string): string {
	return path.split('.', 1)[0] ?? path
}

/** Walks from a step on until a cause, an end, or a step that the paste does not decide. */
export function walkPaste(paste: Paste, start: Step, before: Known): PastedWalk {
	let known = before
	let inputs = paste.inputs
	let step: Step | undefined = start
	const findings: PastedFinding[] = []
	const steps: string[] = []
	const used = new Set<Segment>()
	const decisive = new Set<Segment>()
	const seen = new Set<string>()
	const decidedBy = (bound: Bound, paths: readonly string[]): void => {
		for (const path of paths) {
			const segment = bound.used[nameOf(path)]
			if (segment !== undefined) decisive.add(segment)
		}
	}
	const ended = (end: PastedWalk['end']): PastedWalk => ({
		start: start.id,
		findings,
		steps,
		facts: known.facts,
		inputs,
		used: [...used],
		decisive: [...decisive],
		end,
	})
	while (step !== undefined && steps.length < MOST_STEPS) {
		const bound: Bound = bindStep(paste, step, known, inputs)
		const { facts } = bound
		const here: Step = step
		if (bound.names.length === 0 || (steps.includes(here.id) && here.id !== start.id)) {
			return ended({
				kind: 'open',
				...nextOf(here, mostRead(paste, here, missingCommands(paste, here, bound, inputs))),
				before: here,
			})
		}
		known = bound
		steps.push(here.id)
		for (const name of bound.names) {
			seen.add(name)
			const segment = bound.used[name]
			if (segment !== undefined) used.add(segment)
		}
		const judged = judge(paste, here, bound, inputs)
		if (judged.kind === 'open') {
			const { command, question, leaning } = judged
			if (leaning !== undefined) {
				// What such a branch says may rest on steps that the paste has nothing of.
				findings.push({ step: here.id, ...leaning })
				decidedBy(bound, leaning.deciding)
			}
			const asks = question === undefined ? {} : { question }
			return ended({ kind: 'open', ...nextOf(here, command, judged.step), ...asks })
		}
		const { branch, evidence, supposed } = judged
		decidedBy(bound, judged.deciding)
		const say =
			supposed && branch.to.kind === 'cause' ? causeTitle(paste, branch.to.cause) : sayOf(paste, branch, facts, inputs)
		findings.push({ step: here.id, evidence, deciding: judged.deciding, ...(say === undefined ? {} : { say }) })
		switch (branch.to.kind) {
			case 'cause': {
				if (steps.length === 1 && survived(bound)) return ended({ kind: 'open' })
				const alone = branch.evidence.every((path) => namesOf(here).has(nameOf(path)) || seen.has(nameOf(path)))
				return ended({ kind: 'cause', cause: branch.to.cause, alone })
			}
			case 'end':
				return ended(branch.to.outcome === 'healthy' ? { kind: 'healthy' } : { kind: 'open' })
			case 'ask':
				return ended({
					kind: 'open',
					question: renderText(branch.to.question, scopeOf(facts, inputs), paste.evaluator),
				})
			case 'goto': {
				inputs = { ...inputs, ...inputsSet(paste, branch, facts, inputs) }
				const { step: next } = branch.to
				step = steps.includes(next) ? undefined : paste.flow.steps[next]
			}
		}
	}
	return ended({ kind: 'open' })
}

/** The command that most branches of the step read. */
function mostRead(paste: Paste, step: Step, missing: readonly FlowCommand[]): FlowCommand | undefined {
	const reads = step.branches.map((branch) => namesRead(paste, branch))
	const weight = ({ parse }: FlowCommand): number =>
		reads.filter((names) => parse.some((rule) => names.includes(rule.as))).length
	return missing.toSorted((one, other) => weight(other) - weight(one))[0] ?? step.run[0]
}

function nextOf(step: Step, command: FlowCommand | undefined, of: string = step.id): { readonly next?: Next } {
	return command === undefined ? {} : { next: { step: of, command } }
}

type Judged =
	| {
			readonly kind: 'taken'
			readonly branch: Branch
			readonly evidence: readonly Evidence[]
			readonly deciding: readonly string[]
			readonly supposed: boolean
	  }
	/** The command that would decide, and whose step it is. */
	| {
			readonly kind: 'open'
			readonly command?: FlowCommand
			readonly step?: string
			readonly question?: string
			/** What would be taken if nothing that is missing spoke against it. */
			readonly leaning?: Pick<PastedFinding, 'evidence' | 'deciding'>
	  }

/**
 * The first branch that holds. Stricter than a session, which has run every command before: a branch before it that is
 * unknown for lack of the step's own facts stops here, and for a cause any unknown branch before it does, unless it
 * comes out the same whatever is missing.
 */
function judge(paste: Paste, step: Step, bound: Bound, inputs: Paste['inputs']): Judged {
	const scope = scopeOf(bound.facts, inputs)
	const own = namesOf(step)
	let doubt: string | undefined
	for (const branch of step.branches) {
		if (branch.rule.kind !== 'when') continue
		const { value, reads, deciding } = paste.evaluator.condition(branch.rule.condition, scope)
		if (value === 'unknown') {
			// What another step's output does not tell is passed over, as a session passes it over; not what this one lacks.
			const nulls = reads.filter((read) => read.value === null).map((read) => nameOf(read.path))
			const missing = nulls
				.filter((name) => name !== 'inputs' && name !== RESULT)
				.filter((name) => !Object.hasOwn(bound.facts, name) || bound.lacks[name] !== undefined)
			const ours = missing.find((name) => own.has(name) && !Object.hasOwn(bound.facts, name))
			if (ours !== undefined) return supposing(paste, step, bound, inputs) ?? lacking(paste, step, bound, ours)
			doubt ??= missing[0] ?? (branch.to.kind === 'cause' ? nulls.find((name) => own.has(name)) : undefined)
			continue
		}
		if (value === false) continue
		const evidence = linesOf(bound, [...branch.evidence, ...deciding])
		if (branch.to.kind === 'cause' || branch.to.kind === 'end') {
			const incomplete = deciding.map(nameOf).find((name) => provesNothing(paste, bound, name))
			const unproven = branch.evidence.map(nameOf).find((name) => !own.has(name) && !Object.hasOwn(bound.facts, name))
			const needed = doubt ?? unproven ?? incomplete
			if (needed !== undefined) {
				const open = supposing(paste, step, bound, inputs) ?? lacking(paste, step, bound, needed)
				const leans = open.kind === 'open' && incomplete === undefined && branch.to.kind === 'cause'
				return leans ? { ...open, leaning: { evidence, deciding } } : open
			}
		}
		return { kind: 'taken', branch, evidence, deciding, supposed: false }
	}
	return doubt === undefined ? { kind: 'open' } : lacking(paste, step, bound, doubt)
}

/** Lines of facts that few lines tell come last, where they are not cut off: a count has all lines behind it. */
function linesOf(bound: Bound, paths: readonly string[]): readonly Evidence[] {
	return [...new Set(paths)]
		.map((path) => evidenceOf(bound, [path]))
		.toSorted((one, other) => other.length - one.length)
		.flatMap((lines) => lines.slice(-4))
}

/** Part of a configuration does not tell what the rest says; an answer of who knows whom may have come from anywhere. */
function provesNothing({ flow, knownInputs }: Paste, bound: Bound, name: string): boolean {
	const segment = bound.used[name]
	if (segment?.kind === 'nginx-site') return true
	if (segment?.kind !== 'http' || segment.command !== undefined) return false
	if (Object.entries(flow.inputs).some(([input, { format }]) => format === 'url' && knownInputs.has(input)))
		return false
	const facts = bound.facts[name]?.facts ?? {}
	return facts.fromNginx !== true && facts.cdn === undefined && facts.error !== 'tls'
}

/** What stays open for want of the facts of that name, or of an input that they depend on. */
function lacking(paste: Paste, step: Step, bound: Bound, name: string): Judged {
	const input = bound.lacks[name]
	const found = input === undefined ? undefined : paste.flow.inputs[input]
	if (found !== undefined) {
		return { kind: 'open', question: `It depends on the ${found.title}: give it with --set ${input}=…` }
	}
	const giver = giverOf(paste, name, step)
	return giver === undefined ? { kind: 'open' } : { kind: 'open', ...giver }
}

/** The command that gives the facts of that name: the step's own, or else the first one of the flow. */
export function giverOf(paste: Paste, name: string, step?: Step): Next | undefined {
	for (const one of step === undefined ? orderOf(paste) : [step, ...orderOf(paste)]) {
		const command = one.run.find(({ parse }) => parse.some((rule) => rule.as === name))
		if (command !== undefined) return { step: one.id, command }
	}
	return undefined
}

type Supposed = { readonly branch: Branch; readonly cause: string; readonly paths: readonly string[] }

/**
 * The cause that follows whether or not what is missing is so; undefined when it depends. It must rest on something that
 * the paste does tell, and only yes-or-no facts are supposed.
 */
function supposing(paste: Paste, step: Step, bound: Bound, inputs: Paste['inputs']): Judged | undefined {
	const declared = declareFacts(paste.flow.steps, paste.parsers)
	const suppose = (facts: Scope['facts'], supposed: readonly string[]): Supposed | undefined => {
		for (const branch of step.branches) {
			if (branch.rule.kind !== 'when') continue
			const scope = { inputs, host: 'host', facts }
			const { value, reads, deciding } = paste.evaluator.condition(branch.rule.condition, scope)
			if (value === false) continue
			if (value === true) {
				const paths = [...deciding, ...branch.evidence]
				const real = deciding.filter((path) => !supposed.includes(path))
				const proven = real.length > 0 && paths.every((path) => Object.hasOwn(facts, nameOf(path)))
				if (branch.to.kind !== 'cause' || !proven || real.some((path) => provesNothing(paste, bound, nameOf(path))))
					return undefined
				return { branch, cause: branch.to.cause, paths }
			}
			const open = reads.find(({ path, value: told }) => {
				const [name = '', fact = '', ...deeper] = path.split('.')
				return told === null && deeper.length === 0 && declared.get(name)?.[fact] === 'bool'
			})?.path
			const [name = '', fact = ''] = open?.split('.') ?? []
			if (open === undefined || supposed.length === MOST_SUPPOSITIONS || Object.hasOwn(bound.facts, name))
				return undefined
			const [yes, no] = [true, false].map((value) =>
				suppose({ ...facts, [name]: { ...facts[name], [fact]: value } }, [...supposed, open]),
			)
			if (yes === undefined || no === undefined || yes.cause !== no.cause) return undefined
			return { ...yes, paths: [...yes.paths, ...no.paths] }
		}
		return undefined
	}
	const found = suppose(scopeOf(bound.facts, inputs).facts, [])
	if (found === undefined) return undefined
	return {
		kind: 'taken',
		branch: found.branch,
		evidence: linesOf(bound, found.paths),
		deciding: found.paths,
		supposed: true,
	}
}

/** The log tells of failures that the service survived: whether they are what clients meet, another output has to show. */
function survived({ facts, names }: Bound): boolean {
	return names.some((name) => {
		const told = facts[name]?.facts ?? {}
		const counts = [told.requestErrors, told.workerTimeouts, told.workersKilled, told.workerCrashes]
		return told.duringRequest === true && counts.some((count) => count !== 0)
	})
}

function causeTitle({ flow }: Paste, id: string): string {
	return `${flow.causes[id]?.title ?? id}.`
}

/** Undefined when it names something that the paste does not tell. */
function sayOf(paste: Paste, branch: Branch, facts: FactsByName, inputs: Paste['inputs']): string | undefined {
	const said = renderText(branch.say, scopeOf(facts, inputs), paste.evaluator)
	if (!said.includes('{{')) return said
	return branch.to.kind === 'cause' ? causeTitle(paste, branch.to.cause) : undefined
}

function inputsSet(paste: Paste, branch: Branch, facts: FactsByName, inputs: Paste['inputs']): Record<string, string> {
	const set: Record<string, string> = {}
	for (const [name, cel] of Object.entries(branch.set)) {
		const value = paste.evaluator.value(cel, scopeOf(facts, inputs))
		if (value.ok && typeof value.value === 'string') set[name] = value.value
	}
	return set
}

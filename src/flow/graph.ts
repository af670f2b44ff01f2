import stringWidth from 'string-width'
import { authoredBranches, authoredSteps } from './authored.ts'
import type { Branch, BranchDestination, Flow } from './flow.ts'
import { withPlaceholders } from './templates.ts'

export type GraphFormat = 'tree' | 'mermaid' | 'dot'

/** The flow's steps and causes as text; ends with a newline. `width`: columns of the tree, which is cut to them. */
export function drawGraph(flow: Flow, format: GraphFormat, width = 80): string {
	switch (format) {
		case 'tree':
			return tree(flow, width)
		case 'mermaid':
			return mermaid(flow)
		case 'dot':
			return dot(flow)
	}
}

/** The start and the other ways in, with what to call them. */
function waysIn(flow: Flow): readonly { readonly title: string; readonly start: string }[] {
	return [{ title: flow.title, start: flow.start }, ...Object.values(flow.paths)]
}

/** One line about when a branch is taken or what it means. */
function gist({ rule, say, to }: Branch): string {
	if (rule.kind === 'choice') return `you choose: ${oneLine(rule.label)}`
	if (to.kind === 'ask') return rule.kind === 'otherwise' ? 'otherwise' : oneLine(say)
	return rule.kind === 'otherwise' ? `otherwise: ${oneLine(say)}` : oneLine(say)
}

function oneLine(text: string): string {
	return withPlaceholders(text).replace(/\s+/g, ' ').trim()
}

function badges({ steps }: Flow, id: string): string {
	const step = steps[id]
	const marks = [
		step?.run.some(({ effect }) => effect === 'destructive') ? 'destructive' : undefined,
		step?.run.some(({ effect }) => effect === 'change') ? 'changes' : undefined,
		step?.manual ? 'by hand' : undefined,
		step?.retest ? 'retest' : undefined,
	].filter((mark) => mark !== undefined)
	return marks.length === 0 ? '' : ` [${marks.join(', ')}]`
}

interface TreeLine {
	readonly text: string
	readonly below?: { readonly kind: 'step' | 'cause'; readonly id: string }
}

/** Every step stands once, where it is first led to; its other mentions are marked as seen. */
function tree(flow: Flow, width: number): string {
	const out: string[] = []
	const seen = new Set<string>()
	const draw = (title: string, lines: readonly TreeLine[]): void => {
		if (out.length > 0) out.push('')
		out.push(cut(oneLine(title), '', width))
		const waiting = hung('', lines)
		while (waiting.length > 0) {
			const next = waiting.pop()
			if (next === undefined) break
			const { lead, last, line } = next
			const key = line.below === undefined ? undefined : `${line.below.kind} ${line.below.id}`
			const again = key !== undefined && seen.has(key)
			out.push(cut(`${lead}${last ? '└ ' : '├ '}${line.text}`, again ? ' (above)' : '', width))
			if (line.below === undefined || key === undefined || again) continue
			seen.add(key)
			const below = line.below.kind === 'step' ? branchLines(flow, line.below.id) : remedyLines(flow, line.below.id)
			waiting.push(...hung(`${lead}${last ? '  ' : '│ '}`, below))
		}
	}
	for (const { title, start } of waysIn(flow)) {
		draw(title, [{ text: stepLine(flow, start), below: { kind: 'step', id: start } }])
	}
	const elsewhere = Object.keys(flow.causes).filter((cause) => !seen.has(`cause ${cause}`))
	const lines = elsewhere.map((cause) => branchLine(flow, { kind: 'cause', cause }, 'proven'))
	if (lines.length > 0) draw('Causes that any step may prove', lines)
	return `${out.join('\n')}\n`
}

interface Hung {
	readonly lead: string
	readonly last: boolean
	readonly line: TreeLine
}

/** Lines below one line, the first to be drawn at the end. */
function hung(lead: string, lines: readonly TreeLine[]): Hung[] {
	return lines.map((line, index) => ({ lead, last: index === lines.length - 1, line })).toReversed()
}

function stepLine(flow: Flow, id: string): string {
	return `${id}: ${oneLine(flow.steps[id]?.title ?? '')}${badges(flow, id)}`
}

function branchLines(flow: Flow, id: string): readonly TreeLine[] {
	const step = flow.steps[id]
	return step === undefined ? [] : authoredBranches(step).flatMap((branch) => linesOf(flow, branch))
}

/** A branch by proof has a line for each of its causes. */
function linesOf(flow: Flow, branch: Branch): readonly TreeLine[] {
	if (branch.rule.kind !== 'proof') return [branchLine(flow, branch.to, gist(branch))]
	return branch.rule.causes.map((cause) => branchLine(flow, { kind: 'cause', cause }, 'proven'))
}

function branchLine(flow: Flow, to: BranchDestination, gist: string): TreeLine {
	switch (to.kind) {
		case 'goto':
			return { text: `${stepLine(flow, to.step)} · ${gist}`, below: { kind: 'step', id: to.step } }
		case 'cause':
			return {
				text: `cause ${to.cause}: ${oneLine(flow.causes[to.cause]?.title ?? '')} · ${gist}`,
				below: { kind: 'cause', id: to.cause },
			}
		case 'end':
			return { text: `end ${to.outcome} · ${gist}` }
		case 'ask':
			return { text: `ask: ${oneLine(to.question)}` }
		case 'proven':
			return { text: 'the cause that is proven' }
	}
}

function remedyLines(flow: Flow, id: string): readonly TreeLine[] {
	return (flow.causes[id]?.remedies ?? []).map((step) => ({
		text: `remedy ${stepLine(flow, step)}`,
		below: { kind: 'step', id: step },
	}))
}

/** Cuts by columns of the terminal; `tail` is kept. */
function cut(text: string, tail: string, width: number): string {
	if (stringWidth(text + tail) <= width) return text + tail
	const room = Math.max(1, width - stringWidth(tail) - 1)
	let out = ''
	let used = 0
	for (const { segment } of new Intl.Segmenter().segment(text)) {
		used += stringWidth(segment)
		if (used > room) break
		out += segment
	}
	return `${out.trimEnd()}…${tail}`
}

type Edge = readonly [from: string, to: string, words: string, kind: BranchDestination['kind']]

/** Edges of the drawings: from a step or cause to a node, with its words. */
function* edges(flow: Flow): Generator<Edge> {
	for (const step of authoredSteps(flow)) {
		const from = `step_${step.id}`
		for (const branch of authoredBranches(step)) {
			const { rule, to } = branch
			if (rule.kind === 'proof') for (const cause of rule.causes) yield [from, `cause_${cause}`, 'proven', 'cause']
			if (to.kind === 'goto') yield [from, `step_${to.step}`, gist(branch), 'goto']
			if (to.kind === 'cause') yield [from, `cause_${to.cause}`, gist(branch), 'cause']
			if (to.kind === 'end') yield [from, `end_${to.outcome}`, gist(branch), 'end']
		}
	}
	for (const [id, { remedies }] of Object.entries(flow.causes)) {
		for (const step of remedies) yield [`cause_${id}`, `step_${step}`, 'remedy', 'goto']
	}
}

function endings(flow: Flow): readonly string[] {
	const found = new Set<string>()
	for (const step of authoredSteps(flow)) {
		for (const { to } of authoredBranches(step)) if (to.kind === 'end') found.add(to.outcome)
	}
	return [...found]
}

function mermaid(flow: Flow): string {
	const name = (id: string): string => id.replaceAll('-', '_')
	const words = (text: string): string =>
		`"${oneLine(text).replace(/[&"#<>]/g, (character) => `#${character.charCodeAt(0)};`)}"`
	const out = ['flowchart TD']
	waysIn(flow).forEach(({ title, start }, index) => {
		out.push(`\tin_${index}([${words(title)}]) --> ${name(`step_${start}`)}`)
	})
	for (const { id, title } of authoredSteps(flow)) {
		out.push(`\t${name(`step_${id}`)}[${words(`${title}${badges(flow, id)}`)}]`)
	}
	for (const [id, { title }] of Object.entries(flow.causes)) out.push(`\t${name(`cause_${id}`)}{{${words(title)}}}`)
	for (const outcome of endings(flow)) out.push(`\tend_${outcome}([${words(outcome)}])`)
	for (const [from, to, said, kind] of edges(flow)) {
		out.push(`\t${name(from)} ${kind === 'cause' ? '==>' : '-->'}|${words(said)}| ${name(to)}`)
	}
	return `${out.join('\n')}\n`
}

function dot(flow: Flow): string {
	const quoted = (text: string): string => `"${oneLine(text).replace(/["\\]/g, '\\$&')}"`
	const out = [`digraph ${quoted(flow.id)} {`, '\tnode [shape=box, style=rounded]']
	waysIn(flow).forEach(({ title, start }, index) => {
		out.push(`\tin_${index} [label=${quoted(title)}, shape=oval]`, `\tin_${index} -> ${quoted(`step_${start}`)}`)
	})
	for (const { id, title } of authoredSteps(flow)) {
		out.push(`\t${quoted(`step_${id}`)} [label=${quoted(`${title}${badges(flow, id)}`)}]`)
	}
	for (const [id, { title }] of Object.entries(flow.causes)) {
		out.push(`\t${quoted(`cause_${id}`)} [label=${quoted(title)}, shape=hexagon]`)
	}
	for (const outcome of endings(flow)) out.push(`\t${quoted(`end_${outcome}`)} [label=${quoted(outcome)}, shape=oval]`)
	for (const [from, to, said] of edges(flow)) out.push(`\t${quoted(from)} -> ${quoted(to)} [label=${quoted(said)}]`)
	return `${out.join('\n')}\n}\n`
}

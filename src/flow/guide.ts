import { authoredBranches, authoredSteps } from './authored.ts'
import type { Branch, Cause, Faq, Flow, FlowCommand, Proof, Step, Template } from './flow.ts'
import { withPlaceholders } from './templates.ts'

/**
 * The flow as a Markdown guide for reading: inputs, steps with their commands and what to look for, causes with
 * remedy and prevention, checklist, questions. Ends with a newline. Steps are linked by their headings' ids.
 */
export function writeGuide(flow: Flow): string {
	const sections = [
		`# ${line(flow.title)}`,
		prose(flow.summary),
		...inputSection(flow),
		...pathSection(flow),
		'## Steps',
		...authoredSteps(flow).map((step, index) => stepSection(flow, step, index + 1)),
		...(Object.keys(flow.causes).length === 0 ? [] : ['## Causes']),
		...Object.values(flow.causes).map((cause) => causeSection(flow, cause)),
		...(flow.checklist.length === 0
			? []
			: ['## Checklist', list(flow.checklist.map(({ text }) => `[ ] ${line(text)}`))]),
		...faqSection(authoredSteps(flow).flatMap(({ faq }) => faq)),
	]
	return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function inputSection({ inputs }: Flow): readonly string[] {
	const items = Object.entries(inputs).map(([name, { title, default: value, help }]) => {
		const given = value === undefined || value === '' ? '' : `, ${code(value)} unless you say otherwise`
		return `\`<${name}>\`: ${line(title)}${given}${help === undefined ? '' : `. ${line(help)}`}`
	})
	return items.length === 0 ? [] : ['## Before you start', list(items)]
}

function pathSection(flow: Flow): readonly string[] {
	const ways = [{ title: 'The whole way', start: flow.start }, ...Object.values(flow.paths)]
	if (ways.length === 1) return []
	return ['## Ways in', list(ways.map(({ title, start }) => `${line(title)}: begin with ${stepLink(flow, start)}`))]
}

function stepSection(flow: Flow, step: Step, number: number): string {
	return [
		`<a id="step-${step.id}"></a>`,
		`### ${number}. ${line(step.title)}`,
		prose(step.guide),
		step.manual ? '*By hand.*' : '',
		...step.run.map(commandBlock),
		'What to look for:',
		list(authoredBranches(step).flatMap((branch) => branchItems(flow, branch))),
	]
		.filter((part) => part !== '')
		.join('\n\n')
}

function commandBlock({ title, command, effect, privilege, as, if: condition, undo }: FlowCommand): string {
	const notes = [
		title === undefined ? '' : `${line(title)}:`,
		effect === 'read' ? '' : `**${effect === 'change' ? 'Changes the host.' : 'Destructive.'}**`,
		as !== undefined ? `As ${line(as)}.` : privilege === 'root' ? 'As root.' : '',
		condition === undefined ? '' : 'Only where it applies.',
		undo === undefined ? '' : `To take it back: ${code(withPlaceholders(undo))}.`,
	].filter((note) => note !== '')
	const block = fenced(withPlaceholders(command))
	return notes.length === 0 ? block : `${notes.join(' ')}\n\n${block}`
}

/** A branch is shown by what it means: its condition is for the machine. */
function branchItems(flow: Flow, { rule, say, to }: Branch): readonly string[] {
	switch (rule.kind) {
		case 'proof':
			return rule.causes.flatMap((id) => proofItems(flow, id))
		case 'choice':
			return [`“${line(rule.label)}”: ${line(say)} ${destination(flow, to)}`]
		case 'otherwise':
			return [`Otherwise: ${line(say)} ${destination(flow, to)}`]
		default:
			return [`${line(say)} ${destination(flow, to)}`]
	}
}

function proofItems(flow: Flow, id: string): readonly string[] {
	const proof = flow.causes[id]?.proof ?? []
	return proof.map(({ say }) => `${line(say)} ${destination(flow, { kind: 'cause', cause: id })}`)
}

function destination(flow: Flow, to: Branch['to']): string {
	switch (to.kind) {
		case 'goto':
			return `→ ${stepLink(flow, to.step)}`
		case 'cause':
			return `→ cause: [${line(flow.causes[to.cause]?.title ?? to.cause)}](#cause-${to.cause})`
		case 'end':
			return `→ **${to.outcome}**`
		case 'ask':
			return '→ decide for yourself'
		case 'proven':
			return '→ the cause that is proven'
	}
}

function causeSection(flow: Flow, cause: Cause): string {
	const remedies = cause.remedies.map((step) => stepLink(flow, step)).join(', or ')
	return [
		`<a id="cause-${cause.id}"></a>`,
		`### ${line(cause.title)}`,
		prose(cause.why),
		proofSection(flow, cause),
		remedies === '' ? '' : `**Remedy:** ${remedies}`,
		cause.manual === undefined ? '' : `**By hand:** ${prose(cause.manual)}`,
		`**Prevention:** ${prose(cause.prevent)}`,
	]
		.filter((part) => part !== '')
		.join('\n\n')
}

/** How the cause shows, in the sentences that its proofs say. */
function proofSection(flow: Flow, { proof, yields }: Cause): string {
	if (proof.length === 0) return ''
	const deeper = yields.map((id) => line(flow.causes[id]?.title ?? id))
	const unless = deeper.length === 0 ? '' : `\n\nUnless it is explained by: ${deeper.join('; ')}.`
	return `**It shows by:**\n\n${list(proof.map(proofSentence))}${unless}`
}

function proofSentence({ say }: Proof): string {
	return line(say)
}

function faqSection(faq: readonly Faq[]): readonly string[] {
	const answers = new Map(faq.map(({ question, answer }) => [question, answer]))
	if (answers.size === 0) return []
	return ['## Questions', ...[...answers].map(([question, answer]) => `### ${line(question)}\n\n${prose(answer)}`)]
}

function stepLink(flow: Flow, id: string): string {
	const number = Object.keys(flow.steps).indexOf(id) + 1
	return `[step ${number}, ${line(flow.steps[id]?.title ?? id)}](#step-${id})`
}

function prose(text: Template): string {
	return withPlaceholders(text)
		.trim()
		.replace(/<(?=[A-Za-z/!])/g, '\\<')
}

function line(text: string): string {
	return prose(text).replace(/\s+/g, ' ')
}

function list(items: readonly string[]): string {
	return items.map((item) => `- ${item}`).join('\n')
}

function code(text: string): string {
	const flat = text.replace(/\s+/g, ' ').trim()
	const ticks = '`'.repeat(longestRun(flat) + 1)
	return ticks.length === 1 ? `\`${flat}\`` : `${ticks} ${flat} ${ticks}`
}

function fenced(text: string): string {
	const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
	return `${fence}sh\n${text}\n${fence}`
}

function longestRun(text: string): number {
	return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}

import type { ExplainedLine, Explanation, Recognised } from './explain-answer.ts'
import { createReport, type TextReport } from './prose.ts'

/** An explanation as people and programs read it. */

const LABELS: Readonly<Record<Explanation['outcome'], string>> = {
	cause: 'Likely cause',
	likely: 'Likely causes',
	healthy: 'Healthy',
	undecided: 'Undecided',
	unrecognised: 'Not recognised',
}

/** Outputs that are named; `--json` has all of them. */
const MOST_READ = 6

/** JSON, format 1. `docs/explain.md` describes it. */
export function explanationJson(explanation: Explanation): string {
	const { outcome, recognised, causes, findings, next, said, notes } = explanation
	const [first] = causes
	const document = {
		format: 1,
		outcome,
		cause: outcome === 'cause' ? (first?.id ?? null) : null,
		causes,
		findings,
		next: next?.command ?? null,
		said,
		recognised,
		notes,
	}
	return `${JSON.stringify(document, null, 2)}\n`
}

/** The answer first, then the lines that it rests on, then what comes next. Wrapped to the width, 80 when unknown. */
export function explanationText(explanation: Explanation, columns: number | undefined): string {
	const report = createReport(columns)
	const { lines, say } = report
	const { outcome, recognised, causes, findings, next, said, notes } = explanation
	const leading = causes.filter(({ symptomOf }) => symptomOf === undefined)
	if (leading.length === 0) {
		say(`${LABELS[outcome]}: ${said}`)
		if (outcome === 'healthy') say('That does not rule out a fault elsewhere.', '  ')
		for (const { say: found } of findings) if (found !== said) say(found, '  ')
		quote(
			report,
			findings.flatMap(({ evidence }) => evidence),
		)
	}
	if (leading.length > 1) say('Likely, in this order:')
	leading.forEach(({ id, title, say: meaning, why, evidence, provedBy }, index) => {
		const mark = leading.length > 1 ? `${index + 1}. ` : `${LABELS.cause}: `
		say(`${mark}${title} [${id}]`)
		if (meaning !== `${title}.`) say(meaning, '  ')
		if (leading.length === 1) say(why, '  ')
		quote(report, evidence)
		if (provedBy.length > 0) {
			say('Would prove it, or rule it out:', '  ')
			lines.push(...provedBy.map((command) => `    ${command}`))
		}
	})
	for (const { title, symptomOf } of causes) {
		const by = causes.find(({ id }) => id === symptomOf)
		if (by !== undefined) say(`“${by.title}” explains this as well: ${title}.`)
	}
	if (next !== null) lines.push('', `Next, run${next.root ? ' as root' : ''}`, `  ${next.command}`)
	lines.push('')
	const more = recognised.length > MOST_READ ? `; and ${recognised.length - MOST_READ} more` : ''
	say(`Read: ${recognised.slice(0, MOST_READ).map(named).join('; ')}${more}.`)
	for (const note of notes) say(note)
	return `${lines.join('\n')}\n`
}

function quote({ lines }: TextReport, evidence: readonly ExplainedLine[]): void {
	const once = [...new Map(evidence.map((line) => [line.line, line])).values()].toSorted((a, b) => a.line - b.line)
	if (once.length === 0) return
	const digits = String(once.at(-1)?.line ?? 0).length
	for (const { line, text } of once) lines.push(`  ${String(line).padStart(digits)} | ${text.trimEnd()}`)
}

function named({ label, command, unit, from, to }: Recognised): string {
	const of = unit === undefined || label.includes(unit.replace(/\.service$/, '')) ? '' : ` of ${unit}`
	const what = command === undefined ? `${label}${of}` : command
	return `${what} (${from === to ? `line ${from}` : `lines ${from}–${to}`})`
}

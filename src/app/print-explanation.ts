import type { Explanation, Recognised } from './explanation.ts'
import { createReport } from './prose.ts'

/** An explanation as people and programs read it. */

const LABELS: Readonly<Record<Explanation['outcome'], string>> = {
	cause: 'Cause',
	healthy: 'Healthy',
	undecided: 'Undecided',
	unrecognised: 'Not recognised',
}

/** Outputs that are named; `--json` has all of them. */
const MOST_READ = 6

/** JSON, format 1. `docs/explain.md` describes it. */
export function explanationJson(explanation: Explanation): string {
	const { outcome, recognised, step, finding, cause, evidence, next, said, notes } = explanation
	const kinds = recognised.map(({ kind }) => kind)
	const document = {
		format: 1,
		outcome,
		kind: kinds[0] ?? null,
		...(kinds.length > 1 ? { kinds } : {}),
		step,
		finding,
		cause: cause?.id ?? null,
		evidence,
		next: next?.command ?? null,
		said,
		recognised,
		notes,
	}
	return `${JSON.stringify(document, null, 2)}\n`
}

/** The answer first, then the lines that it rests on, then what comes next. Wrapped to the width, 80 when unknown. */
export function explanationText(explanation: Explanation, columns: number | undefined): string {
	const { lines, say } = createReport(columns)
	const { outcome, recognised, findings, finding, cause, evidence, next, said, notes } = explanation
	if (outcome === 'cause' && cause !== null) {
		say(`Cause: ${cause.title} [${cause.id}]`)
		for (const found of findings) if (found !== `${cause.title}.`) say(found, '  ')
		say(cause.why, '  ')
	} else {
		say(`${LABELS[outcome]}: ${said}`)
		if (outcome === 'healthy' && next !== null) say('That does not rule out a fault elsewhere.', '  ')
		for (const found of findings) if (found !== finding && outcome === 'undecided') say(found, '  ')
	}
	if (evidence.length > 0) {
		const digits = String(evidence.at(-1)?.line ?? 0).length
		lines.push('', 'Evidence')
		for (const { line, text } of evidence) lines.push(`  ${String(line).padStart(digits)} | ${text.trimEnd()}`)
	}
	if (next !== null) {
		lines.push(
			'',
			`Next, run${next.root ? ' as root' : ''}${next.reads ? '' : ' (it can change the host)'}`,
			`  ${next.command}`,
		)
	}
	lines.push('')
	const more = recognised.length > MOST_READ ? `; and ${recognised.length - MOST_READ} more` : ''
	say(`Read: ${recognised.slice(0, MOST_READ).map(named).join('; ')}${more}.`)
	for (const note of notes) say(note)
	return `${lines.join('\n')}\n`
}

function named({ label, command, unit, from, to }: Recognised): string {
	const of = unit === undefined || label.includes(unit.replace(/\.service$/, '')) ? '' : ` of ${unit}`
	const what = command === undefined ? `${label}${of}` : command
	return `${what} (${from === to ? `line ${from}` : `lines ${from}–${to}`})`
}

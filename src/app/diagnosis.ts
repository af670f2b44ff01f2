import type { Flow } from '../flow/flow.ts'
import { wrapProse } from '../screen/cells.ts'
import type { Session } from '../session/types.ts'
import { version } from '../version.ts'
import type { AutopilotReport } from './autopilot.ts'
import { createReport, type TextReport } from './prose.ts'

/** What a diagnosis is about, beside what was found. */
export interface DiagnosisSubject {
	readonly flow: Flow
	/** Where it was read, and whether it comes with the program. */
	readonly file: string
	readonly shipped: boolean
	readonly session: Pick<Session, 'id' | 'target'>
	readonly inputs: Readonly<Record<string, string>>
}

/** The report as JSON, format 1. `docs/diagnose-json.md` describes it. */
export function diagnosisJson(
	report: AutopilotReport,
	{ flow, file, shipped, session, inputs }: DiagnosisSubject,
): string {
	const document = {
		format: 1,
		runtree: version,
		flow: { id: flow.id, hash: flow.hash, file: shipped ? null : file },
		target: session.target.name,
		host: session.target.host,
		inputs,
		session: session.id,
		outcome: report.outcome,
		reason: report.reason,
		cause: report.cause?.id ?? null,
		title: report.cause?.title ?? null,
		confidence: report.confidence,
		evidence: report.evidence,
		findings: report.findings.map(({ step, say, evidence }) => ({ step, say, evidence })),
		differential: report.differential,
		old: report.old,
		missing: report.missing,
		remedy: report.cause?.remedies ?? [],
		manual: report.cause?.manual ?? null,
		checklist: report.checklist,
		path: report.path.map(({ step }) => step),
		commands: report.commands,
	}
	return `${JSON.stringify(document, null, 2)}\n`
}

/**
 * The report for people: what was looked at, the evidence, the remedy, the checklist, and the verdict last. Prose is wrapped to
 * the width (80 when unknown); lines of output and commands stay as they are, to be copied.
 */
export function diagnosisText(report: AutopilotReport, about: DiagnosisSubject, columns: number | undefined): string {
	const { flow, session, inputs } = about
	const { width, lines, say } = createReport(columns)
	lines.push(`${flow.title} on ${session.target.host} (${session.target.name})`)
	if (!about.shipped) lines.push(`  flow = ${about.file} (not one of runtree's own)`)
	lines.push(...Object.entries(inputs).map(([name, value]) => `  ${name} = ${value}`), '')
	for (const finding of report.findings) {
		lines.push(`${flow.steps[finding.step]?.title ?? finding.step}`)
		say(finding.say, '  ')
		lines.push(...proofOf(finding.evidence, report.commands))
	}
	likelySection(report, about, { width, lines, say })
	const excluded = report.differential.filter(({ state }) => state === 'excluded').length
	if (excluded > 0)
		say(`\nExcluded: ${excluded} of ${report.differential.length} causes; with --json, each with the line against it.`)
	lines.push(...oldSection(report))
	if (report.missing.length > 0) say(`\nThis host does not have: ${report.missing.join(', ')}`)
	const { cause } = report
	if (cause !== undefined) {
		say(`\nWhy: ${cause.why}`)
		for (const { title, privilege, commands } of cause.remedies) {
			if (commands.length === 0) continue
			lines.push('', `Remedy: ${title}${privilege === 'root' ? ', as root' : ''}`, ...commands.map((one) => `  ${one}`))
		}
		if (cause.manual !== undefined) say(`\nBy hand: ${cause.manual}`)
	}
	if (report.checklist.length > 0) {
		lines.push('', 'Checklist')
		const marks = { true: '[x]', false: '[ ] fails:', unknown: '[ ] not checked:' }
		for (const { state, text } of report.checklist) {
			const [first, ...rest] = wrapProse(`${marks[`${state}`]} ${text}`, width - 6)
			lines.push(`  ${first}`, ...rest.map((line) => `      ${line}`))
		}
	}
	lines.push(
		'',
		`Commands: ${report.commands.length}. The whole session: runtree export ${session.id}`,
		'',
		verdict(report),
	)
	return `${lines.join('\n')}\n`
}

const MOST_LINES = 3

/** Lines that prove a finding, each output's under the command that printed it. */
function proofOf(evidence: AutopilotReport['evidence'], commands: AutopilotReport['commands']): readonly string[] {
	let before = ''
	return evidence.slice(0, MOST_LINES).flatMap(({ run, text }) => {
		const source = run === before ? undefined : commands.find((one) => one.run === run)
		before = run
		return [...(source === undefined ? [] : [`    $ ${source.command}`]), `    | ${text.trim()}`]
	})
}

const MOST_OLD_LINES = 8

/** The last lines of each output, in equal parts, in the order in which they were read. */
function latestOfEach(old: AutopilotReport['old']): AutopilotReport['old'] {
	const age = (line: AutopilotReport['old'][number]): number =>
		old.slice(old.indexOf(line)).filter(({ run }) => run === line.run).length
	const chosen = old.toSorted((a, b) => age(a) - age(b)).slice(0, MOST_OLD_LINES)
	return old.filter((line) => chosen.includes(line))
}

function oldSection({ old }: AutopilotReport): readonly string[] {
	if (old.length === 0) return []
	const left = old.length - MOST_OLD_LINES
	return [
		'',
		'Old lines: failures that are over, which do not count',
		...latestOfEach(old).map(({ text }) => `    | ${text.trim()}`),
		...(left > 0 ? [`    and ${left} older`] : []),
	]
}

/** What an undecided walk leaves: the likely causes in order, each with what would prove it. */
function likelySection(
	{ outcome, differential, commands }: AutopilotReport,
	{ flow }: DiagnosisSubject,
	report: TextReport,
): void {
	if (outcome === 'cause' || outcome === 'healthy') return
	const likely = differential.filter(({ state }) => state === 'likely')
	if (likely.length === 0) return
	report.lines.push('', 'Likely, and not proven')
	for (const { title, say, evidence, settledBy } of likely) {
		report.say(say ?? title, '  ')
		report.lines.push(...proofOf(evidence, commands))
		const probes = settledBy.map((name) => flow.probes[name]?.title ?? name)
		if (probes.length > 0) report.say(`What is missing: ${probes.join(', ')}.`, '    ')
	}
}

/** The last line: all that somebody needs who reads only one. */
function verdict({ outcome, cause, confidence, reason }: AutopilotReport): string {
	switch (outcome) {
		case 'cause':
			return cause === undefined ? `Cause found: ${reason}` : `Cause (${confidence}): ${cause.title} [${cause.id}]`
		case 'healthy':
			return `Healthy: ${reason}`
		case 'inconclusive':
			return `Inconclusive: ${reason}`
		case 'unreachable':
			return `Unreachable: ${reason}`
		case 'stopped':
			return `Stopped: ${reason}`
	}
}

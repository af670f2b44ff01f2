/** The table at the end of a run: how each fault was diagnosed, and with how much effort. */
import type { Fault } from '../../src/lab/fault.ts'

/** One fault on one host; filled in as the run goes on. */
export interface Row {
	readonly fault: Fault
	readonly variant: string
	/** The cause that the diagnosis named, or its outcome without one. */
	named?: string
	confidence?: string
	/** Probes of the diagnosis, without `date`. */
	commands?: number
	seconds?: number
	/** Why the diagnosis ended as it did, and over which steps. */
	reason?: string
	path?: readonly string[]
	remedies?: readonly string[]
	/** What the URL answers after the walk. */
	retest?: string
	/** What the walk stumbled over. */
	problem?: string
}

type Verdict = 'right' | 'WRONG' | 'open'

/** The table with its totals, as text. */
export function reportOf(rows: readonly Row[]): string {
	const sorted = rows.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)))
	const lines = sorted.flatMap((row) => [lineOf(row), ...notesOf(row)])
	const verdicts = rows.map(verdictOf)
	const count = (verdict: Verdict): number => verdicts.filter((one) => one === verdict).length
	// What a healthy host is asked after the verdict is the checklist.
	const ratios = rows.flatMap(({ commands, fault }) =>
		commands === undefined || fault.causes[0] === 'healthy' ? [] : [commands / fault.fewest],
	)
	const average = ratios.reduce((sum, ratio) => sum + ratio, 0) / Math.max(1, ratios.length)
	const totals = `${count('right')} right, ${count('WRONG')} wrong, ${count('open')} inconclusive; ${average.toFixed(2)} times the fewest commands on average of the faults`
	return ['', HEAD, ...lines, '', totals].join('\n')
}

const HEAD =
	'        fault                          variant     expected                   named                      conf    cmds few     s  after  remedy'

/** One row of the table. */
export function lineOf(row: Row): string {
	return cells(row).join('  ').trimEnd()
}

/** Over which steps a diagnosis went astray, and what the walk stumbled over. */
export function notesOf(row: Row): string[] {
	const astray = verdictOf(row) === 'right' ? [] : [row.path?.join(' > ') ?? '', row.reason ?? '']
	return [...astray, row.problem ?? '']
		.filter((note) => note !== '')
		.map((note) => `        ${note.replaceAll('\n', '\n        ')}`)
}

function cells(row: Row): string[] {
	const { fault, variant, named = '', confidence = '', commands, seconds, remedies = [], retest = '' } = row
	return [
		verdictOf(row).padEnd(6),
		fault.name.padEnd(29),
		variant.padEnd(10),
		(fault.causes[0] ?? '').padEnd(25),
		named.padEnd(25),
		confidence.padEnd(6),
		String(commands ?? '').padStart(4),
		String(fault.fewest).padStart(2),
		(seconds?.toFixed(1) ?? '').padStart(5),
		retest.padEnd(5),
		remedies.join(', then '),
	]
}

function verdictOf({ fault, named }: Row): Verdict {
	if (named === fault.causes[0]) return 'right'
	return named === undefined || named === 'inconclusive' ? 'open' : 'WRONG'
}

function keyOf({ fault, variant }: Row): string {
	return `${fault.name} ${variant}`
}

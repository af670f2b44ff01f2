/**
 * Diagnoses every fault on hosts that differ along the stack's dimensions: `npm run test:lab -- --matrix [--seed N]
 * [--most N] [--fault NAME]… [--level DIMENSION/NAME]…`. The rows of each fault cover every pair of levels; with `--most`
 * only so many, drawn by the seed.
 */
import { appendFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { breakWith, DoesNotApply, down, exec, type Host, up } from '../../src/lab/host.ts'
import type { Level } from '../../src/lab/level.ts'
import { coveringArray, shuffled } from './covering.ts'
import { type Job, jobsNamed } from './stacks.ts'
import { type Diagnosis, diagnose, expectedCause } from './sweep.ts'

type Row = Job & { readonly levels: readonly Level[] }
const VERDICTS = ['right', 'likely', 'undecided', 'wrong', 'broken'] as const
type Verdict = (typeof VERDICTS)[number]

const { values } = parseArgs({
	options: {
		matrix: { type: 'boolean' },
		seed: { type: 'string' },
		most: { type: 'string' },
		fault: { type: 'string', multiple: true },
		level: { type: 'string', multiple: true },
		hosts: { type: 'string' },
	},
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const rows = shuffled(
	jobsNamed(values.fault ?? []).flatMap((job) => rowsOf(job)),
	seed,
).slice(0, values.most === undefined ? undefined : Number(values.most))
const state = mkdtempSync(join(tmpdir(), 'runtree-matrix-'))
console.log(`${rows.length} hosts, seed ${seed}; what is not right, whole: ${join(state, 'detail.jsonl')}`)
const counts = new Map<string, Map<Verdict, number>>()
const leftOut: string[] = []
const queue = [...rows]
await Promise.all(Array.from({ length: Number(values.hosts ?? 2) }, (_, number) => work(number)))
table()
process.exitCode = total('wrong') + total('broken') > 0 ? 1 : 0

/** The rows of one fault: the levels of `--level` on all, else a covering array of all pairs. */
function rowsOf(job: Job): readonly Row[] {
	const { levels } = job.stack
	const fixed = levels.filter(({ dimension, name }) => values.level?.includes(`${dimension}/${name}`))
	if (values.level !== undefined) return [{ ...job, levels: fixed }]
	const dimensions = Object.values(Object.groupBy(levels, ({ dimension }) => dimension)).map((one = []) => [
		undefined,
		...one,
	])
	return coveringArray(dimensions, seed).map((row) => ({ ...job, levels: row.filter((level) => level !== undefined) }))
}

async function work(number: number): Promise<void> {
	for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
		const name = `lab-${process.pid}-${number}`
		try {
			const { stack, variant, fault, levels } = row
			await judge(row, await up({ stack, variant, name, levels, memory: fault.memory }))
		} catch (error) {
			if (error instanceof DoesNotApply) leftOut.push(`${row.fault.name} on ${whereOf(row)}: ${error.message}`)
			else count(row, 'broken', error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
		} finally {
			await down({ name })
		}
	}
}

async function judge(row: Row, host: Host): Promise<void> {
	try {
		await breakWith(host, row.fault)
	} catch (error) {
		// A fault that edits what this host has elsewhere is not for this host.
		if (error instanceof Error && row.levels.length > 0) throw new DoesNotApply(error.message)
		throw error
	}
	const others = await neighboursOf(host)
	const found = await diagnose(host, row.fault, state)
	const verdict = verdictOf(found, row, others)
	count(row, verdict, `${found.cause ?? found.outcome} (${found.confidence}), ${found.commands.length} commands`)
	if (verdict !== 'right')
		appendFileSync(
			join(state, 'detail.jsonl'),
			`${JSON.stringify({ fault: row.fault.name, where: whereOf(row), verdict, ...found })}\n`,
		)
}

/** What a command would say that touches another application of the host: its name, or its unit where units are named. */
async function neighboursOf(host: Host): Promise<readonly RegExp[]> {
	const { stdout } = await exec(host, 'cat /var/lib/lab-neighbours 2>/dev/null')
	return stdout
		.split('\n')
		.filter((line) => line !== '')
		.flatMap((line) => {
			const [name = '', unit = ''] = line.split(' ')
			return [
				new RegExp(`\\b${name}\\b`),
				new RegExp(`\\b${unit}\\.service\\b|systemctl [a-z-]+ '?${unit}\\b(?![.@-])`),
			]
		})
}

/** A cause that is not the fault's, a healthy one's verdict, or a remedy that touches another application is wrong. */
function verdictOf(found: Diagnosis, { fault }: Row, others: readonly RegExp[]): Verdict {
	const expected = expectedCause(fault)
	const commands = JSON.stringify(found.remedy)
	if (others.some((other) => other.test(commands))) return 'wrong'
	if ((found.cause ?? found.outcome) === expected) return 'right'
	if (found.cause !== null || found.outcome === 'healthy') return 'wrong'
	const likely = found.differential.filter((one) => one.state === 'likely').map(({ id }) => id)
	return likely.includes(expected) ? 'likely' : 'undecided'
}

function count(row: Row, verdict: Verdict, words: string): void {
	for (const key of ['all', ...(row.levels.length === 0 ? ['usual'] : row.levels.map(nameOf))]) {
		const one = counts.get(key) ?? new Map<Verdict, number>()
		counts.set(key, one.set(verdict, (one.get(verdict) ?? 0) + 1))
	}
	console.log(
		`${verdict.padEnd(9)} ${row.fault.name.padEnd(26)} ${expectedCause(row.fault).padEnd(22)} ${words} — ${whereOf(row)}`,
	)
}

function whereOf({ variant, levels }: Row): string {
	return [variant, ...levels.map(nameOf)].join(' ')
}

function nameOf({ dimension, name }: Level): string {
	return `${dimension}/${name}`
}

function total(verdict: Verdict): number {
	return counts.get('all')?.get(verdict) ?? 0
}

function table(): void {
	console.log(`\n${''.padEnd(28)}${VERDICTS.map((one) => one.padStart(10)).join('')}`)
	for (const [key, one] of [...counts].toSorted(([a], [b]) => a.localeCompare(b)))
		console.log(`${key.padEnd(28)}${VERDICTS.map((verdict) => String(one.get(verdict) ?? 0).padStart(10)).join('')}`)
	console.log(`${leftOut.length} hosts were left out, as their fault does not go with their levels:`)
	for (const one of leftOut) console.log(`  ${one.split('\n')[0]}`)
}

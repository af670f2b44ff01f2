/**
 * Measures what the project promises, on the built program: `npm run build`, then `npm run bench`. Times are ratios against an
 * empty Node process of the same run, so that a slow machine does not matter. Exit code 1 when a promise is not kept.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPty } from '../support/pty.ts'

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '11' } } })
const rounds = Number(options.rounds)
const root = fileURLToPath(new URL('../../', import.meta.url))
const launcher = process.env.RUNTREE_BIN ?? join(root, 'bin/runtree.js')
const fixture = (name: string): string => join(root, 'test/fixtures/cli', name)
const place = mkdtempSync(join(tmpdir(), 'runtree-bench-'))
const env: Record<string, string> = {
	PATH: process.env.PATH ?? '',
	HOME: place,
	XDG_STATE_HOME: join(place, 'state'),
	XDG_CACHE_HOME: join(place, 'cache'),
	LANG: 'C.UTF-8',
}
for (const name of ['flood', 'probes']) execFileSync(process.execPath, [launcher, 'trust', fixture(name)], { env })
const sessions = join(place, 'state/runtree/sessions')

interface Row {
	readonly what: string
	readonly measured: number
	readonly limit: number
	readonly unit: string
}
const rows: Row[] = []

function row(what: string, measured: number, limit: number, unit: string): void {
	rows.push({ what, measured, limit, unit })
	const verdict = measured <= limit ? 'ok' : 'MISSED'
	console.log(
		`${what.padEnd(58)} ${measured.toFixed(2).padStart(8)} ${unit.padEnd(2)} (at most ${limit} ${unit})  ${verdict}`,
	)
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Milliseconds that Node takes for these arguments. */
function timed(args: readonly string[]): number {
	const started = performance.now()
	const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'], cwd: root })
	if (status === null || status === 2) throw new Error(`${args.join(' ')} failed: ${stderr.toString()}`)
	return performance.now() - started
}

/** Each in turn, so that a busy moment of the machine hits all of them. The first round warms the disk's cache. */
function medians(commands: readonly (readonly string[])[]): number[] {
	const times = commands.map((): number[] => [])
	for (let round = 0; round <= rounds; round++) {
		for (const [index, args] of commands.entries()) {
			const ms = timed(args)
			if (round > 0) times[index]?.push(ms)
		}
	}
	return times.map(median)
}

async function firstFrame(): Promise<number> {
	const times: number[] = []
	for (let round = 0; round <= rounds; round++) {
		const started = performance.now()
		const args = [launcher, 'practice', 'flask-502', 'unit-stopped']
		const program = await startPty({ file: process.execPath, args, env, cwd: root })
		await program.waitFor(/Enter run/, { timeoutMs: 30_000 })
		if (round > 0) times.push(performance.now() - started)
		await program.close()
	}
	return median(times)
}

function latestJournal(): string {
	const [id = ''] = readdirSync(sessions).sort().reverse()
	return join(sessions, id, 'journal.jsonl')
}

/** Wall time of a diagnosis' commands, start-up aside, against the same commands in a shell script. */
function overhead(): number {
	const ratios: number[] = []
	for (let round = 0; round < 3; round++) {
		rmSync(sessions, { recursive: true, force: true })
		timed([launcher, 'diagnose', fixture('probes')])
		const entries = readFileSync(latestJournal(), 'utf8')
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as { type: string; at: string; command?: string })
		const started = entries.filter(({ type }) => type === 'command.started')
		const last = entries.findLast(({ type }) => type === 'command.ended')
		const took = Date.parse(last?.at ?? '') - Date.parse(started[0]?.at ?? '')
		const script = started.map(({ command = '' }) => `sh -c ${quoted(command)} </dev/null`).join('\n')
		const before = performance.now()
		execFileSync('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 })
		ratios.push(took / (performance.now() - before))
	}
	return median(ratios)
}

function quoted(word: string): string {
	return `'${word.replaceAll("'", "'\\''")}'`
}

/** A gigabyte on the screen: memory, the answer to a key, and the end by Ctrl-C. */
async function flood(kind: string): Promise<void> {
	const args = [launcher, 'run', fixture('flood'), '--set', `kind=${kind}`]
	const program = await startPty({ file: process.execPath, args, env, cwd: root })
	await program.waitFor(/Enter run/, { timeoutMs: 30_000 })
	program.type('\r')
	await program.waitFor(/Ctrl-C cancel/, { timeoutMs: 30_000 })
	const answers: number[] = []
	const end = performance.now() + 10_000
	while (performance.now() < end && program.text().includes('Ctrl-C cancel')) {
		await pause(400)
		const pressed = performance.now()
		program.type('m')
		await program.waitFor(/Esc/, { timeoutMs: 10_000 })
		answers.push(performance.now() - pressed)
		program.type('\u001b')
		await program.waitFor('── Output', { timeoutMs: 10_000 })
	}
	const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1]) / 1000
	const pressed = performance.now()
	program.type('\u0003')
	await program.waitFor(/cancelled|Ended|exit 0/, { timeoutMs: 20_000 })
	const cancelled = performance.now() - pressed
	await program.close()
	row(`1 GB, ${kind}: peak memory`, peak, 200, 'MB')
	row(`1 GB, ${kind}: a key is answered`, median(answers), 50, 'ms')
	row(`1 GB, ${kind}: Ctrl-C ends it`, cancelled, 1_000, 'ms')
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms))
}

try {
	// One session to export, and a flow that was checked before.
	const recorded = `recorded:${join(root, 'flows/flask-502/scenarios/unit-stopped.jsonl')}`
	timed([launcher, 'diagnose', 'flask-502', '--on', recorded])
	const journal = latestJournal()
	const [empty = 1, versionMs = 0, exportMs = 0] = medians([
		['-e', ''],
		[launcher, '--version'],
		[launcher, 'export', journal],
	])
	console.log(`An empty Node process takes ${empty.toFixed(0)} ms; ratios are against it.`)
	row('runtree --version', versionMs / empty, 1.5, '×')
	row('runtree export, a session of the 502 flow', exportMs / empty, 3, '×')
	row('runtree practice, to the first frame', (await firstFrame()) / empty, 6, '×')
	row('runtree diagnose, against a script of its commands', overhead(), 1.15, '×')
	for (const kind of ['short', 'long', 'endless', 'garbage']) await flood(kind)
} finally {
	rmSync(place, { recursive: true, force: true })
}
process.exitCode = rows.some(({ measured, limit }) => !(measured <= limit)) ? 1 : 0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { parse } from 'yaml'
import { startPty, whyNoPty } from '../support/pty.ts'
import { causesOf, changesOf, journalOf, missingIn, sessionsOf, unconfirmed, withoutExitCode } from './evidence.ts'
import { type Job, jobs } from './jobs.ts'
import { breakWith, type Container, down, exec, restore, status, up } from './lab.ts'
import { operate } from './operator.ts'
import { call, environment, type Program } from './program.ts'
import { REMEDIES } from './remedies.ts'
import { reportOf, type Row } from './report.ts'

/** What `runtree diagnose --json` says, as far as it is looked at. */
interface Diagnosis {
	readonly outcome: string
	readonly cause: string | null
	readonly confidence: string
	readonly reason: string
	readonly path: readonly string[]
	readonly commands: readonly { readonly command: string }[]
}

/** The flow, as far as an operator knows it: which remedies its causes offer, and what they are called. */
interface FlowText {
	readonly causes: Readonly<Record<string, { readonly title: string; readonly remedy?: string | readonly string[] }>>
}

/** Every file of the stack, the processes that serve, and what systemd knows of them. */
const FINGERPRINT = `find /etc /srv/myapp /opt /home -type f -exec md5sum {} +; find /etc /srv/myapp /run/gunicorn* -printf '%p %m %u %g %l\\n'
pgrep -x nginx | head -1; systemctl is-enabled nginx gunicorn; ls /run/systemd/system`
const built = inject('program')
const missing = built === undefined ? 'there is no lab here' : await whyNoPty()
if (missing !== undefined) console.log(`skipped: ${missing}`)
const rows: Row[] = []
let hosts = 0

describe.skipIf(missing !== undefined)('every fault is found, repaired and proved repaired', () => {
	test.concurrent.for(jobs())('$fault.name on $variant', async (job, { expect }) => {
		await onHost(job, async (container) => {
			const row: Row = { fault: job.fault, variant: job.variant }
			rows.push(row)
			await breakWith(container, job.fault)
			const state = join((built as Program).state, container.name)
			const program: Program = { ...(built as Program), state }
			const before = (await exec(container, FINGERPRINT)).stdout
			const start = performance.now()
			const diagnosis = await diagnose(program, container, job)
			row.seconds = (performance.now() - start) / 1000
			row.named = diagnosis.cause ?? diagnosis.outcome
			row.confidence = diagnosis.confidence
			row.commands = diagnosis.commands.filter(({ command }) => !command.startsWith('date ')).length
			row.path = diagnosis.path
			row.reason = diagnosis.reason
			expect.soft((await exec(container, FINGERPRINT)).stdout, 'the diagnosis changed the host').toBe(before)

			const [expected = 'healthy'] = job.fault.causes
			const named = expect.soft(row.named, `the diagnosis: ${diagnosis.path.join(' > ')}: ${diagnosis.reason}`)
			if (job.fault.undecidable === undefined) named.toBe(expected)
			else named.toBeOneOf([expected, 'inconclusive'])

			const walked = await repair({ ...program, state: `${state}-walk` }, container, job, row)
			expect.soft(walked.unconfirmed, 'nobody said yes to this').toEqual([])
			expect.soft(walked.withoutExitCode, 'no exit code in the journal').toEqual([])
			expect.soft(walked.notInTranscript, 'not in the transcript with its exit code').toEqual([])
			if (expected === 'healthy') {
				expect(walked.screen).toContain('Healthy: nothing is wrong here.')
				expect(walked.changes).toEqual([])
				return
			}
			expect.soft(walked.causes.slice(0, job.fault.causes.length)).toEqual(job.fault.causes)
			expect.soft(walked.tries, 'a remedy did not mend what it is offered for').toEqual([])
			expect(walked.screen).toContain('Resolved: the retest no longer shows the fault.')
			expect(Number(row.retest), `the URL answers ${row.retest}`).toBeLessThan(400)
		})
	})

	afterAll(() => console.log(reportOf(rows)))
})

async function onHost({ fault, variant }: Job, work: (container: Container) => Promise<void>): Promise<void> {
	hosts += 1
	const name = `lab-test-${process.pid}-${hosts}`
	try {
		await work(await up({ variant, name, memory: fault.memory, editor: '/usr/local/bin/healthy-editor' }))
	} finally {
		await down({ name })
	}
}

async function diagnose(program: Program, container: Container, { fault }: Job): Promise<Diagnosis> {
	const on = ['--on', `podman://${container.name}`, '--set', `url=${fault.url}`]
	const { stdout, stderr } = await call(program, ['diagnose', 'flask-502', '--json', ...on])
	if (!stdout.startsWith('{')) throw new Error(`The diagnosis gave no report: ${stderr}`)
	return JSON.parse(stdout) as Diagnosis
}

interface Walked {
	readonly screen: string
	readonly causes: readonly string[]
	readonly changes: readonly string[]
	/** Remedies after which the retest named the same cause again. */
	readonly tries: readonly string[]
	readonly unconfirmed: readonly string[]
	readonly withoutExitCode: readonly string[]
	readonly notInTranscript: readonly string[]
}

/** Walks in the terminal as an operator does, from the first request to the retest. */
async function repair(program: Program, container: Container, { fault }: Job, row: Row): Promise<Walked> {
	const flow = parse(readFileSync(join(program.folder, 'flows/flask-502/flow.yaml'), 'utf8')) as FlowText
	const target = `podman://${container.name}`
	const terminal = await startPty({
		file: process.execPath,
		args: [program.launcher, 'run', 'flask-502', '--on', target, '--set', `url=${fault.url}`, '--no-motion'],
		env: environment(program),
		cwd: program.folder,
	})
	const taken: { cause: string; remedy: string }[] = []
	const choose = async (title: string): Promise<number> => {
		const cause = causesOf(await journalOf(program, sessionsOf(program).at(-1) ?? '')).at(-1) ?? ''
		const known = flow.causes[cause]
		if (known === undefined || !known.title.startsWith(title))
			throw new Error(`The screen names the cause '${title}', the journal '${cause}'.`)
		const remedies = [known.remedy ?? []].flat()
		const tried = taken.filter((one) => one.cause === cause).length
		const wanted = REMEDIES[fault.name]?.[cause]?.remedy
		const place = tried === 0 && wanted !== undefined ? remedies.indexOf(wanted) : tried
		const remedy = remedies[place]
		if (remedy === undefined) throw new Error(`No remedy of '${cause}' mends ${fault.name}: ${remedies.join(', ')}.`)
		taken.push({ cause, remedy })
		return place + 1
	}
	try {
		const screen = await operate(terminal, {
			host: 'web1',
			choose,
			repairByHand: () => restore(container),
			correctUrl: fault.correct,
		})
		terminal.type('q')
		await terminal.exit
		row.retest = await status(container, fault.correct ?? fault.url)
		const [session = ''] = sessionsOf(program)
		const entries = await journalOf(program, session)
		const transcript = await call(program, ['export', session, '--format', 'md'])
		return {
			screen,
			causes: causesOf(entries),
			changes: changesOf(entries).map(({ command }) => command),
			tries: taken
				.filter(({ cause }, index) => taken.slice(index + 1).some((later) => later.cause === cause))
				.map(({ cause, remedy }) => `${cause}: ${remedy}`),
			unconfirmed: unconfirmed(entries),
			withoutExitCode: withoutExitCode(entries),
			notInTranscript: missingIn(transcript.stdout, entries),
		}
	} finally {
		row.remedies = taken.map(({ cause, remedy }) => (taken.length === 1 ? remedy : `${cause}: ${remedy}`))
		await terminal.close()
	}
}

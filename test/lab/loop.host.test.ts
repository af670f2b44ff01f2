import { afterAll, describe, test } from 'vitest'
import { breakWith, down, exec, type Host, up } from '../../src/lab/host.ts'
import { jobs } from './jobs.ts'
import { call, type Program } from './program.ts'
import { lineOf, notesOf, type Row, reportOf } from './report.ts'
import { missing, programFor } from './setting.ts'
import type { Job } from './stacks.ts'
import { walk } from './walk.ts'

/** What `runtree diagnose --json` says, as far as it is looked at. */
interface Diagnosis {
	readonly outcome: string
	readonly cause: string | null
	readonly confidence: string
	readonly reason: string
	readonly path: readonly string[]
	readonly commands: readonly { readonly command: string }[]
}

/**
 * Every file of the stack but what the application writes itself, the sockets, nginx, and what systemd knows of all
 * services. A crash loop makes and removes the socket's folder all the time.
 */
const FINGERPRINT = `find /etc /srv /var/www /opt /home -type f ! -name '*.pyc' ! -name nohup.out -exec md5sum {} +; find /etc /srv /var/www ! -path '*/__pycache__*' -printf '%p %m %u %g %l\\n'
systemctl show --property NRestarts '*.service' | grep -q '=[1-9]' || find /run -maxdepth 2 \\( -type s -o -type d \\) ! -path '/run/s*' ! -path '/run/user*' -printf '%p %m %u %g\\n'
pgrep -x nginx | head -1; systemctl list-unit-files --no-legend; ls /run/systemd/system`
const rows: Row[] = []
let hosts = 0

describe.skipIf(missing !== undefined)('every fault is found, repaired and proved repaired', () => {
	test.concurrent.for(jobs())('$fault.name on $variant', async (job, { expect }) => {
		const row: Row = { fault: job.fault, variant: job.variant }
		rows.push(row)
		const problems: string[] = []
		try {
			await onHost(job, async (host) => {
				await breakWith(host, job.fault)
				problems.push(...(await problemsOfDiagnosis(programFor(host.name), host, row)))
				problems.push(...(await problemsOfWalk(programFor(`${host.name}-walk`), host, row)))
			})
		} catch (error) {
			problems.push(error instanceof Error ? error.message : String(error))
		}
		row.problem = problems.join('\n')
		console.log([lineOf(row), ...notesOf(row)].join('\n'))
		expect(problems).toEqual([])
	})

	afterAll(() => console.log(reportOf(rows)))
})

async function onHost({ stack, fault, variant }: Job, work: (host: Host) => Promise<void>): Promise<void> {
	hosts += 1
	const name = `lab-test-${process.pid}-${hosts}`
	try {
		await work(await up({ stack, variant, name, memory: fault.memory, editor: '/usr/local/bin/healthy-editor' }))
	} finally {
		await down({ name })
	}
}

/** Lets the program find the cause by itself. It names the fault's first cause and leaves the host as it is. */
async function problemsOfDiagnosis(program: Program, host: Host, row: Row): Promise<string[]> {
	const { fault } = row
	const before = (await exec(host, FINGERPRINT)).stdout
	const start = performance.now()
	const on = ['--on', `podman://${host.name}`, '--set', `url=${fault.url}`]
	const { stdout, stderr } = await call(program, ['diagnose', host.stack.id, '--json', ...on])
	row.seconds = (performance.now() - start) / 1000
	if (!stdout.startsWith('{')) return [`The diagnosis gave no report: ${stderr}`]
	const diagnosis = JSON.parse(stdout) as Diagnosis
	row.named = diagnosis.cause ?? diagnosis.outcome
	row.confidence = diagnosis.confidence
	row.commands = diagnosis.commands.filter(({ command }) => !command.startsWith('date ')).length
	row.path = diagnosis.path
	row.reason = diagnosis.reason
	const [expected] = fault.causes
	const isFound = row.named === expected || (fault.undecidable !== undefined && row.named === 'inconclusive')
	return [
		...(isFound ? [] : [`The diagnosis names ${row.named}, not ${expected}.`]),
		...((await exec(host, FINGERPRINT)).stdout === before ? [] : ['The diagnosis changed the host.']),
	]
}

/** Lets an operator walk to the cause, through its remedies and to the proof, and looks at what is left behind. */
async function problemsOfWalk(program: Program, host: Host, row: Row): Promise<string[]> {
	const { fault } = row
	const walked = await walk(program, host, fault)
	row.remedies = walked.remedies
	row.retest = walked.retest
	const common = [
		...walked.unconfirmed.map((command) => `Nobody said yes to: ${command}`),
		...walked.withoutExitCode.map((command) => `The journal has no exit code of: ${command}`),
		...walked.notInTranscript.map((command) => `The transcript does not show how this ended: ${command}`),
	]
	if (fault.causes[0] === 'healthy') {
		const isCalledHealthy = walked.screen.includes('Healthy: nothing is wrong here.')
		return [
			...common,
			...(isCalledHealthy ? [] : [`A healthy host is not called healthy:\n${walked.screen}`]),
			...walked.changes.map((command) => `A healthy host was changed: ${command}`),
		]
	}
	const named = walked.causes.slice(0, fault.causes.length)
	return [
		...common,
		...(named.join() === fault.causes.join() ? [] : [`The walk names ${walked.causes.join(', then ')}.`]),
		...walked.vain.map((remedy) => `This did not mend it, though a retest followed: ${remedy}`),
		...(walked.screen.includes('Resolved: the retest') ? [] : [`The walk does not end resolved:\n${walked.screen}`]),
		...(Number(walked.retest) < 400 ? [] : [`The URL still answers ${walked.retest}.`]),
	]
}

/** Breaks a fresh host with each fault and lets the built program diagnose it: `node test/lab/sweep.ts [NAME…]`. */
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from '../../src/lab/fault.ts'
import { breakWith, type Host } from '../../src/lab/host.ts'
import { jobsNamed, onFreshHosts } from './stacks.ts'

const PROGRAM = join(import.meta.dirname, '../../bin/runtree.js')

export interface Diagnosis {
	readonly outcome: string
	readonly cause: string | null
	readonly confidence: string
	readonly reason: string
	readonly path: readonly string[]
	readonly commands: readonly { readonly command: string; readonly durationMs: number }[]
	readonly evidence: readonly { readonly text: string }[]
	readonly differential: readonly { readonly id: string; readonly state: string }[]
	readonly remedy: unknown
}

/** What `runtree diagnose --json` says of the host. */
export function diagnose(host: Host, fault: Fault, state: string): Promise<Diagnosis> {
	const words = ['diagnose', host.stack.id, '--json', '--on', `podman://${host.name}`, '--set', `url=${fault.url}`]
	return new Promise((resolve, reject) => {
		execFile(
			process.execPath,
			[PROGRAM, ...words],
			{ env: { ...process.env, XDG_STATE_HOME: state }, maxBuffer: 64e6 },
			(_, stdout, stderr) => {
				try {
					resolve(JSON.parse(stdout) as Diagnosis)
				} catch {
					reject(new Error(stderr.trim()))
				}
			},
		)
	})
}

/** What a diagnosis of this fault has to say first. */
export function expectedCause(fault: Fault): string {
	return fault.causes[0] ?? 'healthy'
}

if (import.meta.main) {
	const state = mkdtempSync(join(tmpdir(), 'runtree-sweep-'))
	let right = 0
	let wrong = 0
	let open = 0
	let probes = 0
	const detail: string[] = []
	await onFreshHosts(jobsNamed(process.argv.slice(2)), async (host, fault) => {
		const expected = expectedCause(fault)
		try {
			await breakWith(host, fault)
			const start = performance.now()
			const found = await diagnose(host, fault, state)
			const named = found.cause ?? found.outcome
			const verdict =
				named === expected ? 'right' : found.cause === null && found.outcome !== 'healthy' ? 'open' : 'WRONG'
			if (verdict === 'right') right++
			else if (verdict === 'open') open++
			else wrong++
			probes += found.commands.length
			const seconds = ((performance.now() - start) / 1000).toFixed(1)
			console.log(
				`${verdict.padEnd(6)} ${fault.name.padEnd(30)} ${host.variant.padEnd(10)} ${expected.padEnd(24)} ${named.padEnd(24)} ${String(found.commands.length).padStart(2)} ${seconds.padStart(5)} s`,
			)
			if (verdict !== 'right') {
				console.log(`       ${found.path.join(' > ')}\n       ${found.reason}`)
				detail.push(JSON.stringify({ fault: fault.name, variant: host.variant, ...found }))
			}
		} catch (error) {
			open++
			console.log(
				`broken ${fault.name} ${host.variant}: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
			)
		}
	})
	writeFileSync(join(state, 'detail.jsonl'), detail.join('\n'))
	console.log(
		`\n${right} right, ${wrong} wrong, ${open} inconclusive; ${(probes / (right + wrong + open)).toFixed(1)} commands each. ${state}`,
	)
}

/**
 * Records the scenarios that come with the flows, each from a fresh broken host: `node test/lab/record-scenarios.ts [NAME…]`,
 * of one flow only with RUNTREE_FLOW. The built program asks the questions; where a remedy needs an editor, the lab puts the healthy files back instead.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { breakWith, down, type Host, up } from '../../src/lab/host.ts'
import { findFault, stackOf, stacks } from './stacks.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Recipe {
	readonly fault: string
	readonly variant: string
	/** `flow`: the cause's first remedy that needs no editor. `hand`: the healthy files are put back. `none`: nothing is wrong. */
	readonly repair: 'flow' | 'hand' | 'none'
}

/** By flow. */
const RECIPES: Readonly<Record<string, readonly Recipe[]>> = {
	'flask-502': [
		{ fault: 'unit-stopped', variant: 'unix', repair: 'flow' },
		{ fault: 'unit-disabled', variant: 'tcp', repair: 'flow' },
		{ fault: 'unit-masked', variant: 'unix', repair: 'flow' },
		{ fault: 'exec-path-wrong', variant: 'unix', repair: 'hand' },
		{ fault: 'module-path-wrong', variant: 'tcp', repair: 'hand' },
		{ fault: 'attribute-wrong', variant: 'unix', repair: 'hand' },
		{ fault: 'package-missing', variant: 'tcp', repair: 'hand' },
		{ fault: 'syntax-error', variant: 'unix', repair: 'hand' },
		{ fault: 'environment-missing', variant: 'tcp', repair: 'hand' },
		{ fault: 'environment-file-missing', variant: 'unix', repair: 'hand' },
		{ fault: 'upstream-wrong-socket', variant: 'unix', repair: 'flow' },
		{ fault: 'upstream-wrong-port', variant: 'tcp', repair: 'flow' },
		{ fault: 'localhost-ipv6', variant: 'tcp', repair: 'flow' },
		{ fault: 'socket-removed', variant: 'unix', repair: 'flow' },
		{ fault: 'socket-denied', variant: 'unix', repair: 'flow' },
		{ fault: 'socket-folder-closed', variant: 'unix', repair: 'flow' },
		{ fault: 'socket-unit-stopped', variant: 'activation', repair: 'flow' },
		{ fault: 'port-in-use', variant: 'tcp', repair: 'flow' },
		{ fault: 'nginx-config-broken', variant: 'unix', repair: 'hand' },
		{ fault: 'nginx-stopped', variant: 'unix', repair: 'flow' },
		{ fault: 'nginx-not-reloaded', variant: 'tcp', repair: 'flow' },
		{ fault: 'unit-not-reloaded', variant: 'unix', repair: 'flow' },
		{ fault: 'worker-timeout', variant: 'tcp', repair: 'hand' },
		{ fault: 'upstream-timeout', variant: 'unix', repair: 'hand' },
		{ fault: 'gunicorn-suspended', variant: 'unix', repair: 'flow' },
		{ fault: 'intermittent-upstream', variant: 'tcp', repair: 'hand' },
		{ fault: 'header-too-big', variant: 'unix', repair: 'hand' },
		{ fault: 'protocol-uwsgi', variant: 'unix', repair: 'hand' },
		{ fault: 'stopped-and-wrong-socket', variant: 'unix', repair: 'flow' },
		{ fault: 'healthy-old-traceback', variant: 'unix', repair: 'none' },
		{ fault: 'healthy-old-refused', variant: 'tcp', repair: 'none' },
	],
	'php-502': [
		{ fault: 'pool-stopped', variant: 'unix', repair: 'flow' },
		{ fault: 'service-masked', variant: 'unix', repair: 'flow' },
		{ fault: 'pool-config-broken', variant: 'unix', repair: 'hand' },
		{ fault: 'pool-user-missing', variant: 'tcp', repair: 'hand' },
		{ fault: 'port-in-use', variant: 'tcp', repair: 'flow' },
		{ fault: 'upstream-wrong-socket', variant: 'unix', repair: 'flow' },
		{ fault: 'upstream-wrong-port', variant: 'tcp', repair: 'flow' },
		{ fault: 'pool-not-reloaded', variant: 'unix', repair: 'flow' },
		{ fault: 'stopped-and-wrong-socket', variant: 'unix', repair: 'flow' },
		{ fault: 'socket-mode', variant: 'unix', repair: 'flow' },
		{ fault: 'socket-folder-closed', variant: 'unix', repair: 'flow' },
		{ fault: 'socket-removed', variant: 'unix', repair: 'flow' },
		{ fault: 'client-disallowed', variant: 'tcp', repair: 'hand' },
		{ fault: 'protocol-http', variant: 'unix', repair: 'hand' },
		{ fault: 'children-busy', variant: 'unix', repair: 'flow' },
		{ fault: 'slow-script', variant: 'unix', repair: 'hand' },
		{ fault: 'request-terminated', variant: 'unix', repair: 'hand' },
		{ fault: 'worker-segfault', variant: 'unix', repair: 'flow' },
		{ fault: 'worker-out-of-memory', variant: 'unix', repair: 'hand' },
		{ fault: 'other-pool-busy', variant: 'unix', repair: 'flow' },
		{ fault: 'script-filename-wrong', variant: 'unix', repair: 'hand' },
		{ fault: 'script-unreadable', variant: 'unix', repair: 'flow' },
		{ fault: 'app-error', variant: 'unix', repair: 'flow' },
		{ fault: 'healthy-old-errors', variant: 'unix', repair: 'none' },
	],
}

async function record({ fault: name, variant, repair }: Recipe, host: Host): Promise<number> {
	const fault = findFault(host.stack, name)
	await breakWith(host, fault)
	const repairs = {
		flow: ['--repair', '--yes'],
		hand: ['--repair-with', `node ${join(import.meta.dirname, 'lab.ts')} restore --name ${host.name}`, '--yes'],
		none: [],
	}[repair]
	const words = [
		...['record', host.stack.id, '--on', `podman://${host.name}`, '--set', `url=${fault.url}`],
		...['--out', join(ROOT, 'flows', host.stack.id, 'scenarios', `${name}.jsonl`)],
		...['--title', fault.symptom, '--difficulty', fault.difficulty, ...repairs],
	]
	return new Promise((resolve) => {
		const child = spawn(process.execPath, [join(ROOT, 'bin/runtree.js'), ...words], {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` },
		})
		const said: string[] = []
		child.stdout.on('data', (data) => said.push(String(data)))
		child.stderr.on('data', (data) => said.push(String(data)))
		child.on('close', (code) => {
			console.log(
				`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${variant})\n     ${said.join('').trim().replaceAll('\n', '\n     ')}`,
			)
			resolve(code ?? 1)
		})
	})
}

if (import.meta.main) {
	const names = process.argv.slice(2)
	const queue = stacks()
		.flatMap(({ id }) => (RECIPES[id] ?? []).map((recipe) => ({ flow: id, recipe })))
		.filter(({ recipe: { fault } }) => names.length === 0 || names.includes(fault))
	let failed = 0
	const worker = async (number: number): Promise<void> => {
		for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
			const { flow, recipe } = next
			const stack = stackOf(flow)
			const { memory } = findFault(stack, recipe.fault)
			const host = await up({ stack, variant: recipe.variant, name: `lab-record-${process.pid}-${number}`, memory })
			try {
				if ((await record(recipe, host)) !== 0) failed++
			} catch (error) {
				failed++
				console.log(`FAIL ${recipe.fault}: ${error instanceof Error ? error.message : error}`)
			} finally {
				await down(host)
			}
		}
	}
	await Promise.all([worker(1), worker(2)])
	process.exitCode = failed === 0 ? 0 : 1
}

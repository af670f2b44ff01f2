/** The lab by hand: `npm run lab -- up`, `npm run lab -- fault socket-denied`, `npm run lab -- down`. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { breakWith, down, hostNames, isUp, restore, status, up } from '../../src/lab/host.ts'
import type { Stack } from '../../src/lab/stack.ts'
import { findFault, jobsNamed, onFreshHosts, stackOf, stacks } from './stacks.ts'

const USAGE = `Usage: npm run lab -- COMMAND [--name lab] [--flow flask-502]
  up [--variant NAME] [--memory 300m]   start a healthy host
  fault NAME [--variant NAME]           start a fresh host and break it
  restore                               repair it, whatever is broken
  check [NAME…]                         break a fresh host with each fault and compare what it answers
  list                                  show the faults
  status                                what the host answers
  shell                                 a root shell on the host
  down [--all]                          remove the host, or all of them`

async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args: argv,
		allowPositionals: true,
		options: {
			flow: { type: 'string', default: 'flask-502' },
			variant: { type: 'string' },
			name: { type: 'string', default: 'lab' },
			memory: { type: 'string' },
			all: { type: 'boolean', default: false },
		},
	})
	const [command, argument] = positionals
	const { name, flow, memory } = values
	const report = console.error
	switch (command) {
		case 'up': {
			const stack = stackOf(flow)
			const host = await up({ stack, variant: variantOf(stack, values.variant), name, memory, report })
			console.log(`${name} (${host.variant}) is up and answers ${await status(host)}. Target: podman://${name}`)
			return 0
		}
		case 'fault': {
			if (argument === undefined) break
			const stack = stackOf(flow)
			const fault = findFault(stack, argument)
			const variant = variantOf(stack, values.variant ?? fault.variants[0])
			await breakWith(await up({ stack, variant, name, memory: fault.memory ?? memory, report }), fault)
			console.log(`${fault.symptom}\nTarget: podman://${name}   URL: ${fault.url}`)
			return 0
		}
		case 'restore':
			await restore(await running(name))
			return 0
		case 'check':
			return await check(positionals.slice(1))
		case 'list':
			for (const { id, faults } of stacks())
				for (const { name, difficulty, variants, symptom } of faults)
					console.log(
						`${id.padEnd(10)} ${name.padEnd(32)} ${difficulty.padEnd(6)} ${variants.join(',').padEnd(19)} ${symptom}`,
					)
			return 0
		case 'status':
			console.log(await status(await running(name)))
			return 0
		case 'shell': {
			const shell = ['exec', '--interactive', '--tty', (await running(name)).name, 'bash', '--login']
			return spawnSync('podman', shell, { stdio: 'inherit' }).status ?? 1
		}
		case 'down':
			for (const one of values.all ? await hostNames() : [name]) await down({ name: one })
			return 0
	}
	console.error(USAGE)
	return 2
}

/** Breaks hosts with each fault in each of its variants and prints a table. */
async function check(names: readonly string[]): Promise<number> {
	let failed = 0
	await onFreshHosts(jobsNamed(names), async (host, fault) => {
		const start = performance.now()
		const problem = await breakWith(host, fault).then(
			() => '',
			(error: unknown) => String(error),
		)
		if (problem !== '') failed += 1
		const seconds = ((performance.now() - start) / 1000).toFixed(1)
		console.log(
			`${problem === '' ? 'ok  ' : 'FAIL'} ${fault.name.padEnd(32)} ${host.variant.padEnd(10)} ${fault.expect.join('+').padEnd(8)} ${seconds.padStart(5)} s ${problem}`,
		)
	})
	console.log(failed === 0 ? 'Every fault breaks the host as it says.' : `${failed} failed.`)
	return failed === 0 ? 0 : 1
}

function variantOf({ variants }: Stack, name = variants[0] ?? ''): string {
	if (!variants.includes(name)) throw new Error(`'${name}' is not a variant; choose one of ${variants.join(', ')}.`)
	return name
}

async function running(name: string): Promise<{ readonly name: string }> {
	if (!(await isUp(name)))
		throw new Error(`There is no lab host '${name}'; start one with 'npm run lab -- up --name ${name}'.`)
	return { name }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : String(error))
	return 1
})

/**
 * The lab: a container with systemd, nginx, Gunicorn and a Flask app that works, and ways to break it for real.
 * Tests import it; people run it: `npm run lab -- up`, `npm run lab -- fault socket-denied`, `npm run lab -- down`.
 */
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Answer, type Fault, findFault, listFaults, VARIANTS, type Variant } from './faults.ts'
import { ensureImage } from './image.ts'

export { findFault, listFaults } from './faults.ts'
export { ensureImage, whyNoLab } from './image.ts'

/** A running host of the lab. */
export interface Container {
	readonly name: string
	readonly variant: Variant
}

/** How to start a host. */
export interface UpOptions {
	readonly variant: Variant
	readonly name: string
	/** A memory limit such as `300m`, for faults that run out of it. */
	readonly memory?: string | undefined
	/** What stands for a person's editor on the host. Default: nano. */
	readonly editor?: string
}

/** How a command in the container ended. */
export interface Ended {
	readonly exitCode: number
	readonly stdout: string
	readonly stderr: string
}

const LABEL = 'runtree.lab'
/** Where the image keeps a copy of the healthy files. */
const HEALTHY = '/var/lib/healthy'
const HEALTHY_URL = 'http://127.0.0.1/'
const BOOT_TIMEOUT_S = 60
/** An intermittent fault must show all its answers within this many requests. */
const REQUESTS = 12
// systemd needs SYS_ADMIN for its mount namespaces; `ss -p` needs SYS_PTRACE to name other users' processes.
const CAPABILITIES = 'SYS_ADMIN,SYS_PTRACE,DAC_READ_SEARCH,SYS_RESOURCE,AUDIT_WRITE,NET_ADMIN'
const RUN = [
	...['--runtime', 'runc', 'run', '--detach', '--systemd=always', '--network=none', '--cap-add', CAPABILITIES],
	...['--hostname', 'web1', '--no-hosts', '--env', 'LANG=C.UTF-8'],
	...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096'],
]
/** curl's exit codes that say why there is no answer. */
const CURL_ERRORS = new Map<number, Answer>([
	[6, 'unresolved'],
	[7, 'refused'],
	[28, 'timeout'],
])
const PRELUDE = readFileSync(join(import.meta.dirname, 'prelude.sh'), 'utf8')

/** Starts a fresh, healthy host and waits until it answers 200. A host of the lab that has the name is replaced. */
export async function up({ variant, name, memory, editor = 'nano' }: UpOptions): Promise<Container> {
	const image = await ensureImage(variant)
	await down({ name })
	const limits = memory === undefined ? [] : ['--memory', memory, '--memory-swap', memory]
	const identity = ['--name', name, '--label', `${LABEL}=${variant}`]
	const editors = ['EDITOR', 'SYSTEMD_EDITOR'].flatMap((variable) => ['--env', `${variable}=${editor}`])
	await podman([...RUN, ...editors, ...identity, ...limits, image])
	const container = { name, variant }
	const booted = await exec(container, `VARIANT=${variant}\n${PRELUDE}\nboot`, BOOT_TIMEOUT_S)
	if (booted.exitCode !== 0)
		throw new Error(`The lab host '${name}' did not come up; look with 'podman exec ${name} systemctl status'.`)
	return container
}

/** Breaks a healthy host with the fault, and checks that the URL then answers as the fault says. */
export async function breakWith(container: Container, fault: Fault): Promise<void> {
	if (!fault.variants.includes(container.variant)) {
		throw new Error(`The fault '${fault.name}' is for ${fault.variants.join(' or ')}, not for ${container.variant}.`)
	}
	const script = `VARIANT=${container.variant}\n${PRELUDE}\n${fault.script}\n${lessonOf(fault)}`
	const ended = await exec(container, script, 120)
	if (ended.exitCode !== 0) {
		throw new Error(
			`The fault '${fault.name}' failed with exit code ${ended.exitCode}: ${ended.stderr.trim() || ended.stdout.trim()}`,
		)
	}
	const seen = await answers(container, fault)
	const missing = fault.expect.filter((answer) => !seen.has(answer))
	if (missing.length > 0 || seen.size > fault.expect.length) {
		throw new Error(
			`The fault '${fault.name}' should show ${fault.expect.join(' and ')}, but ${fault.url} shows ${[...seen].join(' and ')}.`,
		)
	}
}

/** Shell text that tells the host what a repair of this fault takes, beside the files of the healthy host. */
function lessonOf({ healthy, repair }: Fault): string {
	const copy = healthy === undefined ? '' : `cd ${HEALTHY}\n${healthy}\n`
	return repair === undefined ? copy : `${copy}cat >${HEALTHY}.repair <<'REPAIR'\n${repair}\nREPAIR\n`
}

/**
 * Repairs the host whatever is broken, as an expert by hand would: foreign processes and units are ended, the healthy
 * files are back, both services run, and memory is no longer short.
 */
export async function restore(container: Container): Promise<void> {
	const limit = (await podman(['inspect', '--format', '{{.HostConfig.Memory}}', container.name])).trim()
	if (limit !== '0') await podman(['update', '--memory', '2g', '--memory-swap', '2g', container.name])
	const ended = await exec(container, 'restore-healthy', 120)
	if (ended.exitCode !== 0)
		throw new Error(`The host '${container.name}' could not be repaired: ${ended.stderr.trim() || ended.stdout.trim()}`)
}

/** The answers of the fault's URL: one request, or several when more than one answer is expected. */
async function answers(container: Container, fault: Fault): Promise<Set<Answer>> {
	const seen = new Set<Answer>()
	const requests = fault.expect.length === 1 ? 1 : REQUESTS
	for (let request = 0; request < requests; request += 1) seen.add(await status(container, fault.url))
	return seen
}

/** What the URL answers inside the container: an HTTP status or why there is none. */
export async function status(container: Container, url: string = HEALTHY_URL): Promise<Answer> {
	const { stdout, exitCode } = await exec(container, `curl -s -o /dev/null -w '%{http_code}' --max-time 20 '${url}'`)
	if (exitCode === 0) return stdout.trim() as Answer
	return CURL_ERRORS.get(exitCode) ?? 'failed'
}

/** Runs shell text as root in the container. A non-zero exit code is a result, not an error. */
export async function exec(container: Container, shell: string, timeoutSeconds = 60): Promise<Ended> {
	return await execute(['exec', container.name, 'timeout', String(timeoutSeconds), 'sh', '-c', shell])
}

/** Runs a shell script that is too long for a command line, or that must not be seen in the host's list of processes. */
export async function execScript(container: Container, script: string): Promise<Ended> {
	return await execute(['exec', '--interactive', container.name, 'sh', '-s'], script)
}

/** Removes the host. Does nothing when it is gone; refuses a container that is not the lab's. */
export async function down({ name }: Pick<Container, 'name'>): Promise<void> {
	const found = await findContainer(name)
	if (found !== undefined) await podman(['rm', '--force', '--time', '0', found.name])
}

/** Removes every host of the lab, also those that a killed run left behind. */
export async function downAll(): Promise<void> {
	const names = (await podman(['ps', '--all', '--quiet', '--filter', `label=${LABEL}`])).split('\n').filter(Boolean)
	if (names.length > 0) await podman(['rm', '--force', '--time', '0', ...names])
}

/** Does the work on a fresh healthy host for each fault (all of them when none is named) in each of its variants, two hosts at a time. */
export async function onFreshHosts(
	names: readonly string[],
	work: (container: Container, fault: Fault) => Promise<void>,
): Promise<void> {
	const faults = names.length === 0 ? listFaults() : names.map(findFault)
	const queue = faults.flatMap((fault) => fault.variants.map((variant) => ({ fault, variant })))
	const worker = async (number: number): Promise<void> => {
		for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
			const container = await up({
				variant: job.variant,
				name: `lab-${process.pid}-${number}`,
				memory: job.fault.memory,
			})
			try {
				await work(container, job.fault)
			} finally {
				await down(container)
			}
		}
	}
	await Promise.all([worker(1), worker(2)])
}

/** The lab's container of that name, if there is one. */
export async function findContainer(name: string): Promise<Container | undefined> {
	const { exitCode, stdout } = await execute([
		'container',
		'inspect',
		'--format',
		`{{index .Config.Labels "${LABEL}"}}`,
		name,
	])
	if (exitCode !== 0) return undefined
	const variant = VARIANTS.find((candidate) => candidate === stdout.trim())
	if (variant === undefined)
		throw new Error(`A container named '${name}' exists that is not the lab's; choose another name.`)
	return { name, variant }
}

function execute(args: readonly string[], input = ''): Promise<Ended> {
	return new Promise((resolve) => {
		// When a container runs out of memory, podman's monitor leaves a file named `oom` where it was started.
		const child = execFile('podman', args, { maxBuffer: 64e6, cwd: tmpdir() }, (error, stdout, stderr) => {
			const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
			resolve({ exitCode, stdout, stderr })
		})
		// A command that ends before it has read its input closes the pipe; its exit code tells the rest.
		child.stdin?.on('error', () => undefined)
		child.stdin?.end(input)
	})
}

async function podman(args: readonly string[]): Promise<string> {
	const { exitCode, stdout, stderr } = await execute(args)
	if (exitCode !== 0) throw new Error(`podman ${args[0]} failed: ${stderr.trim().split('\n').at(-1)}`)
	return stdout
}

const USAGE = `Usage: npm run lab -- COMMAND [--name lab]
  up [--variant unix|tcp|activation] [--memory 300m]   start a healthy host
  fault NAME [--variant …]                             start a fresh host and break it
  restore                                              repair it, whatever is broken
  check [NAME…]                                        break a fresh host with each fault and compare what it answers
  list                                                 show the faults
  status                                               what the host answers
  shell                                                a root shell on the host
  down [--all]                                         remove the host, or all of them`

async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args: argv,
		allowPositionals: true,
		options: {
			variant: { type: 'string' },
			name: { type: 'string', default: 'lab' },
			memory: { type: 'string' },
			all: { type: 'boolean', default: false },
		},
	})
	const [command, argument] = positionals
	const { name } = values
	switch (command) {
		case 'up': {
			const container = await up({ variant: readVariant(values.variant ?? 'unix'), name, memory: values.memory })
			console.log(
				`${container.name} (${container.variant}) is up and answers ${await status(container)}. Target: podman://${name}`,
			)
			return 0
		}
		case 'fault': {
			if (argument === undefined) break
			const fault = findFault(argument)
			const variant = values.variant === undefined ? (fault.variants[0] ?? 'unix') : readVariant(values.variant)
			const container = await up({ variant, name, memory: fault.memory ?? values.memory })
			await breakWith(container, fault)
			console.log(`${fault.symptom}\nTarget: podman://${name}   URL: ${fault.url}`)
			return 0
		}
		case 'restore':
			await restore(await running(name))
			return 0
		case 'check':
			return await check(positionals.slice(1))
		case 'list':
			for (const fault of listFaults())
				console.log(
					`${fault.name.padEnd(32)} ${fault.difficulty.padEnd(6)} ${fault.variants.join(',').padEnd(19)} ${fault.symptom}`,
				)
			return 0
		case 'status':
			console.log(await status(await running(name)))
			return 0
		case 'shell':
			return (
				spawnSync('podman', ['exec', '--interactive', '--tty', (await running(name)).name, 'bash', '--login'], {
					stdio: 'inherit',
				}).status ?? 1
			)
		case 'down':
			await (values.all ? downAll() : down({ name }))
			return 0
	}
	console.error(USAGE)
	return 2
}

/** Breaks hosts with each fault in each of its variants and prints a table. */
async function check(names: readonly string[]): Promise<number> {
	let failed = 0
	await onFreshHosts(names, async (container, fault) => {
		const start = performance.now()
		const problem = await breakWith(container, fault).then(
			() => '',
			(error: unknown) => String(error),
		)
		if (problem !== '') failed += 1
		const seconds = ((performance.now() - start) / 1000).toFixed(1)
		console.log(
			`${problem === '' ? 'ok  ' : 'FAIL'} ${fault.name.padEnd(32)} ${container.variant.padEnd(10)} ${fault.expect.join('+').padEnd(8)} ${seconds.padStart(5)} s ${problem}`,
		)
	})
	console.log(failed === 0 ? 'Every fault breaks the host as it says.' : `${failed} failed.`)
	return failed === 0 ? 0 : 1
}

function readVariant(text: string): Variant {
	const variant = VARIANTS.find((candidate) => candidate === text)
	if (variant === undefined) throw new Error(`'${text}' is not a variant; choose one of ${VARIANTS.join(', ')}.`)
	return variant
}

async function running(name: string): Promise<Container> {
	const container = await findContainer(name)
	if (container === undefined)
		throw new Error(`There is no lab host '${name}'; start one with 'npm run lab -- up --name ${name}'.`)
	return container
}

if (import.meta.main) {
	process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : String(error))
		return 1
	})
}

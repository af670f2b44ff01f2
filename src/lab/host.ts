/** The lab: boots a real host in a container and breaks it. */
import { runTool, type ToolEnding } from '../target/run-tool.ts'
import type { Answer, Fault } from './fault.ts'
import { ensureImage, type Report } from './image.ts'
import type { Level } from './level.ts'
import { PRELUDE } from './prelude.ts'
import type { Stack } from './stack.ts'

/** A running host of the lab. Its name is its container's. */
export interface Host {
	readonly name: string
	readonly stack: Stack
	readonly variant: string
	/** In what else it differs from the usual host. */
	readonly levels: readonly Level[]
}

/** A host of which only the name is known, as long as it is the lab's. */
export type NamedHost = Pick<Host, 'name'>

/** How to start a host. */
export interface HostOptions {
	readonly stack: Stack
	readonly variant: string
	readonly name: string
	/** A memory limit such as `300m`, for faults that run out of it. */
	readonly memory?: string | undefined
	/** In what else it is to differ from the usual host. Default: in nothing. */
	readonly levels?: readonly Level[]
	/** What stands for a person's editor on the host. Default: nano. */
	readonly editor?: string
	/** Is told what takes minutes. */
	readonly report?: Report
}

const LABEL = 'runtree.lab'
/** Where the image keeps a copy of the healthy files. */
const HEALTHY = '/var/lib/healthy'
const HEALTHY_URL = 'http://127.0.0.1/'
const BOOT_TIMEOUT_S = 60
const SCRIPT_TIMEOUT_S = 120
/** An intermittent fault must show all its answers within this many requests. */
const REQUESTS = 12
// systemd needs SYS_ADMIN for its mount namespaces; `ss -p` needs SYS_PTRACE to name other users' processes.
const CAPABILITIES = ['SYS_ADMIN', 'SYS_PTRACE', 'DAC_READ_SEARCH', 'SYS_RESOURCE', 'AUDIT_WRITE', 'NET_ADMIN']
const RUN = [
	...['--runtime', 'runc', 'run', '--detach', '--systemd=always', '--network=none'],
	...['--hostname', 'web1', '--no-hosts', '--env', 'LANG=C.UTF-8'],
	...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096'],
]
/** curl's exit codes that say why there is no answer. */
const CURL_ERRORS = new Map<number, Answer>([
	[6, 'unresolved'],
	[7, 'refused'],
	[28, 'timeout'],
])

/** Starts a fresh, healthy host and waits until it serves. A host of the lab that has the name is replaced. */
export async function up({
	stack,
	variant,
	name,
	memory,
	levels = [],
	editor = 'nano',
	report,
}: HostOptions): Promise<Host> {
	const image = await ensureImage(stack, variant, report ?? (() => undefined))
	await down({ name })
	const limits = memory === undefined ? [] : ['--memory', memory, '--memory-swap', memory]
	const identity = ['--name', name, '--label', `${LABEL}=${stack.id}/${variant}`]
	const editors = ['EDITOR', 'SYSTEMD_EDITOR'].flatMap((variable) => ['--env', `${variable}=${editor}`])
	const taken = levels.flatMap(({ without }) => without)
	const capabilities = ['--cap-add', CAPABILITIES.filter((one) => !taken.includes(one)).join(',')]
	await podman([...RUN, ...capabilities, ...editors, ...identity, ...limits, image])
	const host = { name, stack, variant, levels }
	const booted = await exec(host, scriptOf(host, 'boot'), BOOT_TIMEOUT_S)
	if (booted.exitCode !== 0)
		throw new Error(`The lab host '${name}' did not come up; look with 'podman exec ${name} systemctl status'.`)
	await setLevels(host, 'before')
	return host
}

/** Breaks a healthy host with the fault, and checks that the URL then answers as the fault says. */
export async function breakWith(host: Host, fault: Fault): Promise<void> {
	if (!fault.variants.includes(host.variant)) {
		throw new Error(`The fault '${fault.name}' is for ${fault.variants.join(' or ')}, not for ${host.variant}.`)
	}
	const ended = await exec(host, scriptOf(host, `${fault.script}\n${lessonOf(fault)}`), SCRIPT_TIMEOUT_S)
	if (ended.exitCode !== 0) {
		throw new Error(`The fault '${fault.name}' failed with exit code ${ended.exitCode}: ${wordsOf(ended)}`)
	}
	await setLevels(host, 'after')
	const seen = await answers(host, fault)
	const missing = fault.expect.filter((answer) => !seen.has(answer))
	if (missing.length > 0 || seen.size > fault.expect.length) {
		throw new Error(
			`The fault '${fault.name}' should show ${fault.expect.join(' and ')}, but ${fault.url} shows ${[...seen].join(' and ')}.`,
		)
	}
}

/** The level does not go together with the host's variant, or with the fault. */
export class DoesNotApply extends Error {}

/** Exit code of a level's script that does not go together with the host's variant. */
const DOES_NOT_APPLY = 77

async function setLevels(host: Host, when: Level['when']): Promise<void> {
	for (const level of host.levels.filter((one) => one.when === when)) {
		const ended = await exec(host, scriptOf(host, level.script), SCRIPT_TIMEOUT_S)
		const name = `${level.dimension}/${level.name}`
		if (ended.exitCode === DOES_NOT_APPLY) throw new DoesNotApply(`${name} is not for ${host.variant}.`)
		if (ended.exitCode !== 0)
			throw new Error(`The level ${name} failed with exit code ${ended.exitCode}: ${wordsOf(ended)}`)
	}
}

function scriptOf({ stack, variant }: Host, script: string): string {
	return `VARIANT=${variant}\n${PRELUDE}\n${stack.prelude}\n${script}`
}

/** Shell text that tells the host what a repair of this fault takes, beside the files of the healthy host. */
function lessonOf({ healthy, repair }: Fault): string {
	const copy = healthy === undefined ? '' : `cd ${HEALTHY}\n${healthy}\n`
	return repair === undefined ? copy : `${copy}cat >${HEALTHY}.repair <<'REPAIR'\n${repair}\nREPAIR\n`
}

/**
 * Repairs the host whatever is broken, as an expert by hand would: the stack's `restore-healthy` brings back the healthy
 * files and services, and memory is no longer short.
 */
export async function restore(host: NamedHost): Promise<void> {
	const limit = (await podman(['inspect', '--format', '{{.HostConfig.Memory}}', host.name])).trim()
	if (limit !== '0') await podman(['update', '--memory', '2g', '--memory-swap', '2g', host.name])
	const ended = await exec(host, 'restore-healthy', SCRIPT_TIMEOUT_S)
	if (ended.exitCode !== 0) throw new Error(`The host '${host.name}' could not be repaired: ${wordsOf(ended)}`)
}

/** The answers of the fault's URL: one request, or several when more than one answer is expected. */
async function answers(host: NamedHost, fault: Fault): Promise<Set<Answer>> {
	const seen = new Set<Answer>()
	const requests = fault.expect.length === 1 ? 1 : REQUESTS
	for (let request = 0; request < requests; request += 1) seen.add(await status(host, fault.url))
	return seen
}

/** What the URL answers inside the container: an HTTP status or why there is none. */
export async function status(host: NamedHost, url: string = HEALTHY_URL): Promise<Answer> {
	const { stdout, exitCode } = await exec(host, `curl -s -o /dev/null -w '%{http_code}' --max-time 20 '${url}'`)
	if (exitCode === 0) return stdout.trim() as Answer
	return CURL_ERRORS.get(exitCode) ?? 'failed'
}

/** Runs shell text as root on the host. A non-zero exit code is a result, not an error. */
export async function exec(host: NamedHost, shell: string, timeoutSeconds = 60): Promise<ToolEnding> {
	return await runTool('podman', ['exec', host.name, 'timeout', String(timeoutSeconds), 'sh', '-c', shell])
}

/** Runs a shell script that is too long for a command line, or that must not be seen in the host's list of processes. */
export async function execScript(host: NamedHost, script: string): Promise<ToolEnding> {
	return await runTool('podman', ['exec', '--interactive', host.name, 'sh', '-s'], { input: script })
}

/** Removes the host. Does nothing when it is gone; refuses a container that is not the lab's. */
export async function down({ name }: NamedHost): Promise<void> {
	if (await isUp(name)) await podman(['rm', '--force', '--time', '0', name])
}

/** Whether the lab has a host of that name. Throws when the name is another container's. */
export async function isUp(name: string): Promise<boolean> {
	const labelOf = ['container', 'inspect', '--format', `{{index .Config.Labels "${LABEL}"}}`, name]
	const { exitCode, stdout } = await runTool('podman', labelOf)
	if (exitCode !== 0) return false
	if (stdout.trim() === '')
		throw new Error(`A container named '${name}' exists that is not the lab's; choose another name.`)
	return true
}

/** The names of the lab's hosts that begin so, running or not; none where podman does not work. */
export async function hostNames(beginning = ''): Promise<readonly string[]> {
	const filters = ['--filter', `label=${LABEL}`, '--filter', `name=^${beginning}`]
	const { stdout } = await runTool('podman', ['ps', '--all', ...filters, '--format', '{{.Names}}'])
	return stdout.split('\n').filter((name) => name !== '')
}

async function podman(args: readonly string[]): Promise<string> {
	const ended = await runTool('podman', args)
	if (ended.exitCode !== 0) throw new Error(`podman ${args[0]} failed: ${wordsOf(ended).split('\n').at(-1)}`)
	return ended.stdout
}

function wordsOf({ stdout, stderr }: ToolEnding): string {
	return stderr.trim() || stdout.trim()
}

/** The lab's images: a Debian base tree built once by debootstrap, and on it one image for each variant of each stack. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runTool, type ToolEnding } from '../target/run-tool.ts'
import type { Stack } from './stack.ts'

const SUITE = 'bookworm'
/** What every host has, whatever it serves. */
const PACKAGES = [
	...['systemd', 'systemd-sysv', 'dbus', 'curl', 'iproute2', 'procps', 'sudo'],
	...['openssh-server', 'openssl', 'nano', 'less'],
]
const CACHE_DIR = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'runtree', 'lab')
const NEEDED_PROGRAMS = ['podman', 'runc', 'debootstrap']
const LOCK_POLL_MS = 250
// No service is started by its installation. A mirror may be a snapshot of former days.
const WITH_PACKAGES = String.raw`ARG BASE
FROM $BASE
COPY packages /root/packages
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \
	&& apt-get -o Acquire::Check-Valid-Until=false update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(cat /root/packages) \
	&& apt-get clean && rm -rf /var/lib/apt/lists/* /usr/sbin/policy-rc.d /root/packages
`
/** What goes into the image, of the folder `lab`. */
const PARTS = ['files', 'variants', 'provision.sh']
const PROVISIONED = `ARG BASE
FROM $BASE
ARG VARIANT
COPY files/ /
COPY variants/$VARIANT/ /
COPY provision.sh /root/provision.sh
RUN VARIANT=$VARIANT sh /root/provision.sh && rm /root/provision.sh
CMD ["/sbin/init"]
`

/** Why the lab cannot run here, in one sentence; undefined when it can. */
export async function whyNoLab(): Promise<string | undefined> {
	if (process.platform !== 'linux') return 'The lab runs on Linux only.'
	if (process.getuid?.() !== 0) return 'The lab needs root: its containers run systemd and are built by debootstrap.'
	for (const program of NEEDED_PROGRAMS) {
		const { exitCode } = await runTool('sh', ['-c', `command -v ${program}`])
		if (exitCode !== 0)
			return `The lab needs ${NEEDED_PROGRAMS.join(', ')}: install ${program} (on Debian 'apt-get install ${program}').`
	}
	return undefined
}

/** Is told what takes minutes, in one sentence. */
export type Report = (sentence: string) => void

/**
 * Builds the variant's image unless it is there, and returns its name, which holds a hash of everything that goes in.
 * Throws one sentence when it cannot be built here.
 */
export async function ensureImage(stack: Stack, variant: string, report: Report): Promise<string> {
	const reason = await whyNoLab()
	if (reason !== undefined) throw new Error(reason)
	const base = `localhost/runtree-lab-base:${hash([SUITE, ...PACKAGES])}`
	const packages = readFileSync(join(stack.folder, 'packages'), 'utf8')
	const stocked = `localhost/runtree-lab-packages:${stack.id}-${hash([base, WITH_PACKAGES, packages])}`
	const image = `localhost/runtree-lab:${stack.id}-${variant}-${hash([stocked, PROVISIONED, ...PARTS.flatMap((part) => readTree(join(stack.folder, part)))])}`
	if (await imageExists(image)) return image
	return await withLock(async () => {
		// Another process may have built it while this one waited.
		if (await imageExists(image)) return image
		if (!(await imageExists(base))) await buildBase(base, report)
		report(`Building the lab's host for ${stack.id} (${variant})…`)
		if (!(await imageExists(stocked)))
			await build(stack, WITH_PACKAGES, stocked, ['--network', 'host', '--build-arg', `BASE=${base}`])
		const args = ['--build-arg', `BASE=${stocked}`, '--build-arg', `VARIANT=${variant}`]
		await build(stack, PROVISIONED, image, ['--network', 'none', ...args])
		return image
	})
}

/** Within the lock: nobody else writes the Containerfile meanwhile. podman cannot read it from a pipe. */
async function build(
	{ id, folder }: Stack,
	containerfile: string,
	image: string,
	args: readonly string[],
): Promise<void> {
	const file = join(CACHE_DIR, 'Containerfile')
	writeFileSync(file, containerfile)
	const how = ['--runtime', 'runc', 'build', '--format', 'oci', '--file', file, '--tag', image]
	const built = await runTool('podman', [...how, ...args, folder])
	if (built.exitCode === 0) return
	const said = `${built.stdout}${built.stderr}`.trim().split('\n').slice(-5).join('\n')
	throw new Error(`The lab's host for ${id} could not be built:\n${said}`)
}

async function buildBase(image: string, report: Report): Promise<void> {
	const tree = join(CACHE_DIR, 'base')
	const mirror = process.env.RUNTREE_LAB_MIRROR
	report("Building the lab's base system: once, about two minutes…")
	rmSync(tree, { recursive: true, force: true })
	try {
		const include = `--include=${PACKAGES.join(',')}`
		const made = await runTool('debootstrap', ['--variant=minbase', include, SUITE, tree, ...(mirror ? [mirror] : [])])
		if (made.exitCode !== 0) throw noBase(made)
		const importTree = 'tar -C "$1" --exclude=./var/cache/apt/archives/*.deb -c . | podman import --quiet - "$2"'
		const imported = await runTool('sh', ['-c', importTree, 'import', tree, image])
		if (imported.exitCode !== 0) throw noBase(imported)
	} finally {
		rmSync(tree, { recursive: true, force: true })
	}
}

function noBase(ended: ToolEnding): Error {
	return new Error(
		`The lab's base system could not be built; set RUNTREE_LAB_MIRROR to a Debian mirror that this machine reaches. (${lastLine(ended)})`,
	)
}

async function imageExists(image: string): Promise<boolean> {
	return (await runTool('podman', ['image', 'exists', image])).exitCode === 0
}

/** Runs `work` in one process at a time. A lock whose process has died is taken over. */
async function withLock<T>(work: () => Promise<T>): Promise<T> {
	mkdirSync(CACHE_DIR, { recursive: true })
	const lock = join(CACHE_DIR, 'lock')
	while (!tryLock(lock)) await sleep(LOCK_POLL_MS)
	try {
		return await work()
	} finally {
		rmSync(lock, { force: true })
	}
}

function tryLock(lock: string): boolean {
	try {
		writeFileSync(lock, String(process.pid), { flag: 'wx' })
		return true
	} catch {
		const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
		if (owner > 0 && !existsSync(`/proc/${owner}`)) rmSync(lock, { force: true })
		return false
	}
}

function readTree(folder: string): string[] {
	if (!statSync(folder).isDirectory()) return [readFileSync(folder, 'utf8')]
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort()
		.flatMap((path) => [path.slice(folder.length), readFileSync(path, 'utf8')])
}

function hash(parts: readonly string[]): string {
	return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}

function lastLine({ stdout, stderr }: ToolEnding): string {
	return (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? ''
}

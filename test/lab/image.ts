/** The lab's image: a Debian base tree built once by debootstrap, and on it a layer with the healthy stack. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Variant } from './faults.ts'

const run = promisify(execFile)

const SUITE = 'bookworm'
const PACKAGES = [
	'systemd',
	'systemd-sysv',
	'dbus',
	'nginx-light',
	'gunicorn',
	'python3-flask',
	'python3-psycopg2',
	'python3-venv',
	'curl',
	'iproute2',
	'procps',
	'sudo',
	'openssh-server',
	'openssl',
	'nano',
	'less',
]
const IMAGE_DIR = join(import.meta.dirname, 'image')
const CACHE_DIR = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'runtree', 'lab')
const NEEDED_PROGRAMS = ['podman', 'runc', 'debootstrap']
const LOCK_POLL_MS = 250

/** Why the lab cannot run here, in one sentence; nothing when it can. Lets a test skip instead of fail. */
export async function whyNoLab(): Promise<string | undefined> {
	if (process.platform !== 'linux') return 'The lab runs on Linux only.'
	if (process.getuid?.() !== 0) return 'The lab needs root: its containers run systemd and are built by debootstrap.'
	for (const program of NEEDED_PROGRAMS) {
		const found = await run('sh', ['-c', `command -v ${program}`]).then(
			() => true,
			() => false,
		)
		if (!found)
			return `The lab needs ${NEEDED_PROGRAMS.join(', ')}: install ${program} (on Debian 'apt-get install ${program}').`
	}
	return undefined
}

/** Builds the variant's image unless it is there, and returns its name. The name holds a hash of everything that goes in. */
export async function ensureImage(variant: Variant): Promise<string> {
	const reason = await whyNoLab()
	if (reason !== undefined) throw new Error(reason)
	const base = `localhost/runtree-lab-base:${hash([SUITE, ...PACKAGES])}`
	const image = `localhost/runtree-lab:${variant}-${hash([base, ...readTree(IMAGE_DIR)])}`
	if (await imageExists(image)) return image
	return await withLock(async () => {
		// Another process may have built it while this one waited.
		if (await imageExists(image)) return image
		if (!(await imageExists(base))) await buildBase(base)
		await run(
			'podman',
			[
				'--runtime',
				'runc',
				'build',
				'--quiet',
				'--network',
				'none',
				'--format',
				'oci',
				'--build-arg',
				`BASE=${base}`,
				'--build-arg',
				`VARIANT=${variant}`,
				'--tag',
				image,
				IMAGE_DIR,
			],
			{ maxBuffer: 64e6 },
		)
		return image
	})
}

async function buildBase(image: string): Promise<void> {
	const tree = join(CACHE_DIR, 'base')
	const mirror = process.env.RUNTREE_LAB_MIRROR
	console.error("Building the lab's base system: once, about two minutes…")
	rmSync(tree, { recursive: true, force: true })
	try {
		await run(
			'debootstrap',
			['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, tree, ...(mirror ? [mirror] : [])],
			{ maxBuffer: 64e6 },
		)
		await run('sh', [
			'-c',
			'tar -C "$1" --exclude=./var/cache/apt/archives/*.deb -c . | podman import --quiet - "$2"',
			'import',
			tree,
			image,
		])
	} catch (error) {
		throw new Error(
			`The lab's base system could not be built; set RUNTREE_LAB_MIRROR to a Debian mirror that this machine reaches. (${lastLine(error)})`,
		)
	} finally {
		rmSync(tree, { recursive: true, force: true })
	}
}

async function imageExists(image: string): Promise<boolean> {
	return await run('podman', ['image', 'exists', image]).then(
		() => true,
		() => false,
	)
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
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort()
		.flatMap((path) => [path.slice(folder.length), readFileSync(path, 'utf8')])
}

function hash(parts: readonly string[]): string {
	return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}

function lastLine(error: unknown): string {
	return String(error).trim().split('\n').at(-1) ?? ''
}

import { execFile } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { cp, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nearest } from '../../flow/nearest.ts'
import { exitCodes } from '../exit-codes.ts'
import { programFolder } from '../flows.ts'
import { UserError } from '../user-error.ts'

/** The lab that comes with the program (`test/lab`): real hosts in containers, broken for practice. */

type Variant = 'unix' | 'tcp' | 'activation'

export interface Fault {
	readonly name: string
	readonly symptom: string
	/** `healthy` for a host that has no fault. */
	readonly causes: readonly string[]
	readonly variants: readonly Variant[]
	readonly difficulty: 'easy' | 'medium' | 'hard'
	readonly url: string
	readonly memory?: string
}

interface Container {
	readonly name: string
	readonly variant: Variant
}

/** What is used of `test/lab/lab.ts`. */
export interface Lab {
	whyNoLab(): Promise<string | undefined>
	listFaults(): Fault[]
	up(options: {
		readonly variant: Variant
		readonly name: string
		readonly memory?: string | undefined
	}): Promise<Container>
	breakWith(container: Container, fault: Fault): Promise<void>
	down(container: Pick<Container, 'name'>): Promise<void>
}

/** Loads the lab. A UserError says why it cannot be used here. */
export async function loadLab(): Promise<Lab> {
	if (process.features.typescript === false) {
		throw refused(`Live practice needs Node 22.18 or newer, and this is ${process.versions.node}; install a newer one.`)
	}
	const folder = join(programFolder(), 'test', 'lab')
	if (!existsSync(join(folder, 'lab.ts'))) {
		throw refused('The lab (test/lab) is missing from this installation; install runtree again.')
	}
	const lab = await importLab(folder)
	const reason = await lab.whyNoLab()
	if (reason !== undefined) {
		throw refused(
			`${reason.replace(/^The lab/, 'Live practice')} It needs podman, docker will not do; \`runtree practice\` without --live needs neither.`,
		)
	}
	return lab
}

function refused(sentence: string): UserError {
	return new UserError(sentence, exitCodes.unreachable)
}

/** Node runs TypeScript as it is, but not below `node_modules`: there a copy of the folder is loaded. */
async function importLab(folder: string): Promise<Lab> {
	if (!/[\\/]node_modules[\\/]/.test(folder)) return load(folder)
	const copy = await mkdtemp(join(tmpdir(), 'runtree-lab-'))
	await cp(folder, copy, { recursive: true })
	await writeFile(join(copy, 'package.json'), '{"type":"module"}\n')
	// The image's files are read when a host is started, so the copy stays until the program ends.
	process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
	return load(copy)
}

async function load(folder: string): Promise<Lab> {
	return (await import(pathToFileURL(join(folder, 'lab.ts')).href)) as Lab
}

/** The fault of that name; any one when there is no name. `random` gives numbers in [0, 1). */
export function chooseFault(faults: readonly Fault[], name: string | undefined, random: () => number): Fault {
	if (name === undefined) {
		const any = faults[Math.floor(random() * faults.length)]
		if (any === undefined) throw refused('The lab has no faults; install runtree again.')
		return any
	}
	const found = faults.find((fault) => fault.name === name)
	if (found !== undefined) return found
	const names = faults.map((fault) => fault.name)
	const near = nearest(name, names)
	throw new UserError(
		`The lab has no fault "${name}"; ${near === undefined ? '`runtree practice --live` takes any one' : `did you mean ${near}?`}`,
	)
}

const PREFIX = 'runtree-practice'

/** A container's name that tells which process it belongs to, also when the number is given to another one later. */
export function containerName(pid: number, startedAt: string): string {
	return `${PREFIX}-${pid}-${startedAt}`
}

/** The names of containers whose process is gone. `startOf` gives when a process was started, undefined when none is. */
export function leftoversOf(names: readonly string[], startOf: (pid: number) => string | undefined): readonly string[] {
	return names.filter((name) => {
		const [, pid, started] = new RegExp(`^${PREFIX}-(\\d+)-(\\d+)$`).exec(name) ?? []
		return pid !== undefined && startOf(Number(pid)) !== started
	})
}

/** When a process was started, in clock ticks since the machine was; undefined when there is none of that number. */
export function processStart(pid: number): string | undefined {
	try {
		// The name in parentheses may hold blanks; the start time is the twentieth field after it.
		return readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ')[19]
	} catch {
		return undefined
	}
}

/** Removes the hosts that killed practice sessions left behind. Gives how many there were. */
export async function removeLeftovers(lab: Lab): Promise<number> {
	const leftovers = leftoversOf(await practiceContainers(), processStart)
	for (const name of leftovers) await lab.down({ name })
	return leftovers.length
}

function practiceContainers(): Promise<readonly string[]> {
	const filters = ['--filter', 'label=runtree.lab', '--filter', `name=^${PREFIX}-`]
	return new Promise((resolve) => {
		execFile('podman', ['ps', '--all', ...filters, '--format', '{{.Names}}'], { cwd: tmpdir() }, (error, stdout) => {
			resolve(error === null ? stdout.split('\n').filter((name) => name !== '') : [])
		})
	})
}

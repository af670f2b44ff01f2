import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Fault, parseFault } from './fault.ts'
import { type Level, readLevels } from './level.ts'

/**
 * What the lab needs to make the hosts of one flow, all of it in the flow's folder: `lab/packages` (Debian packages, one a
 * line), `lab/files/` and `lab/variants/<variant>/` (put over the host's root folder), `lab/provision.sh` (runs once, while
 * the image is built), `lab/prelude.sh` (stands before every fault's script, and has the function `boot`, which waits until
 * a fresh host serves), `lab/dimensions/<dimension>/<level>.sh` and `faults/<name>.sh`.
 */
export interface Stack {
	/** The flow's id: its folder's name. */
	readonly id: string
	/** The folder `lab`. */
	readonly folder: string
	/** Shell text that stands before every script. */
	readonly prelude: string
	/** The ways in which the healthy host may be set up, the usual one first: those that the faults' headers name. */
	readonly variants: readonly string[]
	/** The ways in which the host may differ beside its variant, by dimension. */
	readonly levels: readonly Level[]
	/** By name. */
	readonly faults: readonly Fault[]
}

/** The flow's stack; undefined when the flow has no lab. Throws one sentence when a fault's header is wrong. */
export function readStack(flowFolder: string): Stack | undefined {
	const folder = join(flowFolder, 'lab')
	const faultsFolder = join(flowFolder, 'faults')
	if (!existsSync(join(folder, 'provision.sh')) || !existsSync(faultsFolder)) return undefined
	const faults = readFaults(faultsFolder)
	return {
		id: basename(flowFolder),
		folder,
		prelude: readFileSync(join(folder, 'prelude.sh'), 'utf8'),
		variants: byUse(faults.flatMap(({ variants }) => variants)),
		levels: readLevels(folder),
		faults,
	}
}

/** The faults of a folder, by name. Throws one sentence when a header is wrong. */
export function readFaults(folder: string): readonly Fault[] {
	return readdirSync(folder)
		.filter((file) => file.endsWith('.sh'))
		.sort()
		.map((file) => parseFault(basename(file, '.sh'), readFileSync(join(folder, file), 'utf8')))
}

/** Each name once, the most frequent first. */
function byUse(names: readonly string[]): readonly string[] {
	const counted = Object.entries(Object.groupBy(names, (name) => name))
	return counted.toSorted(([, one = []], [, other = []]) => other.length - one.length).map(([name]) => name)
}

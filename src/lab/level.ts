/** The dimensions along which healthy hosts of one stack differ, each with its levels beside the usual one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type HeaderForm, readHeader } from './header.ts'

/** One way in which a host can differ from the usual one: `lab/dimensions/<dimension>/<name>.sh`. */
export interface Level {
	readonly dimension: string
	readonly name: string
	/** What is different on the host. */
	readonly title: string
	/** Whether its script runs before the fault's, as most do, or after: what takes a program away that the fault needs. */
	readonly when: 'before' | 'after'
	/** Linux capabilities that the host's root does not have. */
	readonly without: readonly string[]
	/** Ends with 77 where the level does not go together with the host's variant. */
	readonly script: string
}

const FORM: HeaderForm = {
	required: ['title'],
	optional: ['when', 'without'],
	repeated: [],
	patterns: { when: /^(before|after)$/, without: /^[A-Z_]+$/ },
}

/** All levels of the stack whose folder `lab` that is, in the order of their dimensions; none where it has none. Throws one sentence when a header is wrong. */
export function readLevels(folder: string): readonly Level[] {
	const dimensions = join(folder, 'dimensions')
	if (!existsSync(dimensions)) return []
	return readdirSync(dimensions)
		.sort()
		.flatMap((dimension) =>
			readdirSync(join(dimensions, dimension))
				.sort()
				.map((file) =>
					parseLevel(dimension, basename(file, '.sh'), readFileSync(join(dimensions, dimension, file), 'utf8')),
				),
		)
}

function parseLevel(dimension: string, name: string, script: string): Level {
	const header = readHeader(`dimensions/${dimension}/${name}.sh`, script, FORM)
	return {
		dimension,
		name,
		title: header.get('title')?.join(' ') ?? '',
		when: header.get('when')?.[0] === 'after' ? 'after' : 'before',
		without: header.get('without')?.[0]?.split(/\s+/) ?? [],
		script,
	}
}

import { rmSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import { whyNoLab } from '../../src/lab/image.ts'
import { buildProgram, type Program } from './program.ts'

declare module 'vitest' {
	interface ProvidedContext {
		/** Undefined where the lab cannot run. */
		readonly program: Program | undefined
	}
}

/**
 * Builds the program once for all test files of the lab; RUNTREE_PACKAGE names the folder of a built package to use
 * instead. The program's folder, with the sessions, is kept when RUNTREE_KEEP is set.
 */
export async function setup(project: TestProject): Promise<(() => void) | undefined> {
	const missing = await whyNoLab()
	if (missing !== undefined) {
		console.log(`The lab's tests are skipped: ${missing}`)
		project.provide('program', undefined)
		return undefined
	}
	const program = await buildProgram(process.env.RUNTREE_PACKAGE)
	project.provide('program', program)
	return () => {
		if (process.env.RUNTREE_KEEP)
			console.log(`The program is kept in ${program.folder}, its sessions in ${program.state}`)
		else for (const folder of program.temporary) rmSync(folder, { recursive: true, force: true })
	}
}

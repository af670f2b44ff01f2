/** What every test of the lab needs: the program that was built for the run, and a terminal. */
import { inject } from 'vitest'
import { whyNoPty } from '../support/pty.ts'
import type { Program } from './program.ts'

const built = inject('program')

/** Why the lab's tests are skipped; undefined when they run. `build-once.ts` says it once for all. */
export const missing = built === undefined ? 'There is no lab here.' : await whyNoPty()
if (built !== undefined && missing !== undefined) console.log(`The lab's tests are skipped: ${missing}`)

/** The built program, its sessions in a folder of their own of that name. Throws where there is no lab. */
export function programFor(name: string): Program {
	if (built === undefined) throw new Error('The program was not built, as there is no lab here.')
	return { ...built, state: `${built.state}/${name}` }
}

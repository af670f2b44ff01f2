import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { breakWith, down, up } from '../../src/lab/host.ts'
import { missing, programFor } from './setting.ts'
import { findFault, stackOf } from './stacks.ts'
import { walk } from './walk.ts'

const stack = stackOf('flask-502')
const SCREENS = join(import.meta.dirname, 'screens')
const FAULTS: readonly { readonly fault: string; readonly variant: string }[] = [
	{ fault: 'environment-missing', variant: 'unix' },
	{ fault: 'upstream-wrong-port', variant: 'tcp' },
	{ fault: 'socket-denied', variant: 'unix' },
]
const SIZES = [
	{ cols: 80, rows: 24 },
	{ cols: 160, rows: 50 },
]

describe.skipIf(missing !== undefined)('a walk step by step', () => {
	const cases = FAULTS.flatMap((one) => SIZES.map((size) => ({ ...one, ...size })))
	test.concurrent.for(cases)(
		'through $fault at $cols x $rows',
		async ({ fault: id, variant, cols, rows }, { expect }) => {
			const name = `lab-screens-${process.pid}-${id}-${cols}`
			const fault = findFault(stack, id)
			const screens: string[] = []
			try {
				const host = await up({ stack, variant, name, editor: '/usr/local/bin/healthy-editor' })
				await breakWith(host, fault)
				const { screen } = await walk(programFor(name), host, fault, {
					cols,
					rows,
					stepwise: true,
					watch: (moment, shown) => screens.push(`=== ${screens.length + 1} ${moment}\n${shown.trimEnd()}\n`),
				})
				expect(screen).toContain('Resolved: the retest no longer shows the fault.')
			} finally {
				await down({ name })
			}
			for (const screen of screens)
				expect(
					screen
						.split('\n')
						.slice(1)
						.every((line) => line.length <= cols),
				).toBe(true)
			if (!process.env.RUNTREE_SCREENS) return
			mkdirSync(SCREENS, { recursive: true })
			writeFileSync(join(SCREENS, `${id}-${cols}x${rows}.txt`), screens.join('\n'))
		},
	)
})

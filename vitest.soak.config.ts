import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** The tests of properties, which try a tenth of their runs with `npm test`. */
const properties = globSync('test/**/*.test.{ts,tsx}').filter((file) =>
	readFileSync(file, 'utf8').includes("/support/property.ts'"),
)

// What takes long, or is about size and speed: it has the machine for itself, one file after the other.
export default defineConfig({
	test: {
		include: ['test/soak/**/*.test.ts', ...properties],
		fileParallelism: false,
		testTimeout: 300_000,
		env: { NO_COLOR: '', FORCE_COLOR: '3', LANG: 'C.UTF-8', TZ: 'UTC', RUNTREE_SOAK: '1' },
	},
})

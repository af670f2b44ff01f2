import { defineConfig } from 'vitest/config'

// What takes long, or is about size and speed: it has the machine for itself, one file after the other.
export default defineConfig({
	test: {
		include: ['test/soak/**/*.test.ts'],
		fileParallelism: false,
		testTimeout: 300_000,
		env: { NO_COLOR: '', FORCE_COLOR: '3', LANG: 'C.UTF-8', TZ: 'UTC' },
	},
})

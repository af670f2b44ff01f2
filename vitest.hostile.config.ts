import { defineConfig } from 'vitest/config'

// What strangers write and where they have a hand in: printed as counts, one file after the other.
export default defineConfig({
	test: {
		include: ['test/hostile/**/*.test.ts'],
		fileParallelism: false,
		testTimeout: 60_000,
		env: { NO_COLOR: '', FORCE_COLOR: '3', LANG: 'C.UTF-8', TZ: 'UTC' },
	},
})

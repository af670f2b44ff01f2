import { defineConfig } from 'vitest/config'

export default defineConfig({
	test: {
		include: ['test/lab/**/*.host.test.ts'],
		globalSetup: ['test/lab/build-once.ts'],
		fileParallelism: false,
		// Two hosts at a time: a host's boot and its diagnosis keep one processor busy.
		maxConcurrency: 2,
		testTimeout: 300_000,
		hookTimeout: 900_000,
	},
})

import { defineConfig } from 'vitest/config'

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
		exclude: ['test/**/*.host.test.ts', 'test/soak/**', 'test/hostile/**', '**/node_modules/**'],
		testTimeout: 60_000,
		// Nothing here changes a module for others: each worker loads the program once. Processes, as some tests change folders.
		isolate: false,
		// Half of the time is waiting for processes.
		maxWorkers: '100%',
		pool: 'forks',
		env: { NO_COLOR: '', FORCE_COLOR: '3', LANG: 'C.UTF-8', TZ: 'UTC' },
	},
})

import { defineConfig } from 'vitest/config'

export default defineConfig({
	test: {
		testTimeout: 20_000,
		env: { NO_COLOR: '', FORCE_COLOR: '3', LANG: 'C.UTF-8', TZ: 'UTC' },
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
					exclude: ['test/**/*.host.test.ts', 'test/pty/**', 'test/soak/**', '**/node_modules/**'],
				},
			},
			{
				extends: true,
				test: { name: 'pty', include: ['test/pty/**/*.test.ts'], fileParallelism: false, testTimeout: 60_000 },
			},
		],
	},
})

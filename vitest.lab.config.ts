import { defineConfig } from 'vitest/config'

export default defineConfig({
	test: { include: ['test/lab/**/*.test.ts'], fileParallelism: false, testTimeout: 300_000, hookTimeout: 900_000 },
})

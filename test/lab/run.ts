/** `npm run test:lab`: the lab's tests with vitest, whose options it takes; with `--matrix` the matrix of hosts. */
import { spawnSync } from 'node:child_process'

const words = process.argv.slice(2)
const { status } = words.includes('--matrix')
	? spawnSync(process.execPath, ['test/lab/matrix.ts', ...words], { stdio: 'inherit' })
	: spawnSync('vitest', ['run', '--config', 'vitest.lab.config.ts', ...words], { stdio: 'inherit' })
process.exitCode = status ?? 1

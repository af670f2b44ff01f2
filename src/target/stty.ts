import { spawnSync } from 'node:child_process'

/** Runs `stty` on the terminal that is standard input. `undefined` when there is no such program or it fails. */
export function stty(argument: '-a' | 'sane'): string | undefined {
	const { status, stdout } = spawnSync('stty', [argument], {
		stdio: ['inherit', 'pipe', 'ignore'],
		encoding: 'utf8',
		timeout: 1_000,
		env: { ...process.env, LC_ALL: 'C' },
	})
	return status === 0 ? stdout : undefined
}

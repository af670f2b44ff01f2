import { execFileSync, spawnSync } from 'node:child_process'

/** A container that runs an init system, for tests of what happens in containers. */
export interface TestContainer {
	readonly name: string
	/** Runs a shell command inside as root, gives its standard output. Throws when it fails. */
	exec(text: string): string
	/** Runs podman itself. Throws when it fails. */
	podman(...args: string[]): string
	remove(): void
}

/** Starts a container from an image of the lab. The caller removes it. */
export function startTestContainer(image: string): TestContainer {
	const name = `runtree-target-${process.pid}-${Math.random().toString(36).slice(2, 8)}`
	const podman = (...args: string[]): string =>
		execFileSync('podman', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
	podman(
		'--runtime',
		'runc',
		'run',
		'-d',
		'--name',
		name,
		'--hostname',
		'web-1',
		'--systemd=always',
		'--network=none',
		'--cap-add',
		'SYS_ADMIN',
		'--ulimit',
		'nofile=1024:1024',
		'--ulimit',
		'nproc=4096:4096',
		image,
		'/sbin/init',
	)
	return {
		name,
		exec: (text) => podman('exec', name, 'sh', '-c', text),
		podman,
		remove: () => {
			spawnSync('podman', ['rm', '-f', '-t', '0', name], { stdio: 'ignore' })
		},
	}
}

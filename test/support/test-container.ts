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

const IMAGES = /^localhost\/runtree-lab/

/** An image to start one from; a reason for skipping the tests when there is none. */
export function findTestImage(): { readonly image: string } | { readonly missing: string } {
	const { status, stdout } = spawnSync('podman', ['images', '--format', '{{.Repository}}:{{.Tag}}'], {
		encoding: 'utf8',
	})
	if (status !== 0) return { missing: 'podman is not here, or does not work' }
	const image = stdout.split('\n').find((line) => IMAGES.test(line))
	return image ? { image } : { missing: 'there is no image of the lab: build it first' }
}

/** Starts a container from that image. The caller removes it. */
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

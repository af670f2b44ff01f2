#!/usr/bin/env node
// The launcher runs on any Node: it checks the version before anything modern is loaded.
// A checkout carries its own Node (a development dependency), which an older one hands over to.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const needed = [22, 12]
const [major, minor] = process.versions.node.split('.').map(Number)
const root = new URL('../', import.meta.url)
const bundle = new URL('dist/main.mjs', root)

function fail(sentence) {
	process.stderr.write(`runtree: ${sentence}\n`)
	process.exitCode = 2
}

// As the child of a launcher that is gone, killed perhaps, nobody is left to end this one.
if (process.env.RUNTREE_LAUNCHED !== undefined) {
	delete process.env.RUNTREE_LAUNCHED
	process.on('disconnect', () => {
		process.kill(process.pid, 'SIGHUP')
		setTimeout(() => process.kill(process.pid, 'SIGKILL'), 10_000).unref()
	})
	process.channel?.unref()
}

if (major > needed[0] || (major === needed[0] && minor >= needed[1])) {
	if (existsSync(bundle)) {
		const { main } = await import(bundle.href)
		process.exitCode = await main(process.argv.slice(2))
	} else {
		fail('this checkout is not built; run `npm ci` (or `npm run build`) in it once.')
	}
} else {
	const own = fileURLToPath(new URL('node_modules/node/bin/node', root))
	if (existsSync(own)) {
		const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
			// The channel tells the child when this one ends, in whatever way.
			stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
			env: { ...process.env, RUNTREE_LAUNCHED: '1' },
		})
		// The child shares the terminal and handles these itself; the launcher only waits for it.
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
			process.on(signal, () => {
				if (signal !== 'SIGINT' && signal !== 'SIGQUIT') child.kill(signal)
			})
		}
		child.on('error', (error) =>
			fail(`its own Node at ${own} does not start (${error.message}); run \`npm ci\` again.`),
		)
		child.on('exit', (code, signal) => {
			if (signal) {
				process.removeAllListeners(signal)
				process.kill(process.pid, signal)
			} else {
				process.exitCode = code ?? 1
			}
		})
	} else {
		fail(
			`Node ${needed.join('.')} or newer is needed, and this is Node ${process.versions.node}; install a newer Node and try again.`,
		)
	}
}

import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CommandSpec } from '../../src/flow/command.ts'
import { createLocalTarget } from '../../src/target/local.ts'
import { openTarget } from '../../src/target/open.ts'
import type { Target } from '../../src/target/target.ts'
import { tmpFolder } from '../support/session-kit.ts'

/** Programs that take their options, forget the caller's environment as the real ones do, and run what is left. */
function place(): { readonly folder: string; readonly log: string; readonly path: string } {
	const folder = tmpFolder()
	const log = join(folder, 'log')
	const bare = 'exec env -i PATH="$PATH" "$@"'
	const programs: Record<string, string> = {
		podman: `case $1 in container) echo running; exit ;; esac
while [ $# -gt 0 ]; do case $1 in sh) break ;; --env|--user) shift 2 ;; *) shift ;; esac; done
${bare}`,
		sudo: `while [ $# -gt 0 ]; do case $1 in -*) shift ;; *) break ;; esac; done\n${bare}`,
		micro: `echo "micro $*" >>${log}`,
		'other-editor': `echo "other $*" >>${log}`,
	}
	for (const [name, text] of Object.entries(programs)) {
		writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
		chmodSync(join(folder, name), 0o755)
	}
	return { folder, log, path: `${folder}:${process.env.PATH}` }
}

const edit: CommandSpec = {
	text: `$\{VISUAL:-$\{EDITOR:-other-editor}} '/etc/my app.env'`,
	effect: 'change',
	privilege: 'root',
	timeoutMs: 10_000,
	interactive: true,
}

async function edited(target: Target, log: string): Promise<string> {
	const ending = await target.run(edit, { signal: new AbortController().signal, onOutput: () => undefined })
	expect(ending).toMatchObject({ kind: 'exited', exitCode: 0 })
	await target.close()
	return readFileSync(log, 'utf8').trim()
}

describe.each(['a container', 'sudo'])("the operator's editor, through %s", (through) => {
	const open = async (path: string, editors: Record<string, string>): Promise<Target> => {
		const env = { PATH: path, ...editors }
		if (through === 'sudo') return createLocalTarget({ env, uid: 1000, lend: (use) => use() })
		const opened = await openTarget('podman://web', { env })
		if (!opened.ok) throw new Error(opened.reason)
		return opened.target
	}

	test.each([
		['EDITOR', { EDITOR: 'micro' }, 'micro /etc/my app.env'],
		[
			'VISUAL before EDITOR, with an option',
			{ VISUAL: 'micro -w', EDITOR: 'other-editor' },
			'micro -w /etc/my app.env',
		],
		['the one over there, where the chosen one is not', { EDITOR: 'code --wait' }, 'other /etc/my app.env'],
		['the one over there, where none is chosen', { EDITOR: '' }, 'other /etc/my app.env'],
	])('%s', async (_, editors, wanted) => {
		const { log, path } = place()
		expect(await edited(await open(path, editors), log)).toBe(wanted)
	})
})

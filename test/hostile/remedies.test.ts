import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
	chmodSync,
	chownSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OpenedFlow } from '../../src/app/compose.ts'
import { parseTemplate, quoteWord } from '../../src/flow/templates.ts'
import { shippedFlows } from '../support/shipped-flows.ts'

/**
 * Remedies that change modes, owners or files, run by root's own shell on files of this machine's temporary folder: what
 * they change can be taken back exactly, and nothing else is changed, however a stranger places links.
 */

let flows: readonly OpenedFlow[]
let folder: string
let path: string
beforeAll(async () => {
	flows = await shippedFlows()
})
beforeEach(() => {
	folder = realpathSync(mkdtempSync(join(tmpdir(), 'runtree-remedy-')))
	chmodSync(folder, 0o755)
	path = join(folder, 'bin')
	mkdirSync(path)
	stub('nginx', 'test -z "$NGINX"')
	stub('systemctl', 'exit 0')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function stub(name: string, script: string): void {
	writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

interface Remedy {
	readonly change: string
	readonly undo: string
}

/** The step's command that has an undo, with these values; `part` tells it from others of the step. */
function remedy(step: string, values: Readonly<Record<string, string>>, part = ''): Remedy {
	const commands = flows.flatMap(({ flow }) => flow.steps[step]?.run ?? [])
	const command = commands.find(({ undo, command: text }) => undo !== undefined && text.includes(part))
	if (command?.undo === undefined) throw new Error(`The step ${step} has no command with an undo.`)
	const shell = (template: string): string => {
		const parsed = parseTemplate(template)
		if (!parsed.ok) throw new Error(parsed.message)
		const words = parsed.parts.map((one) => {
			if (one.kind === 'text') return one.text
			const value = values[one.cel]
			if (value === undefined) throw new Error(`No value is given for ${one.cel}.`)
			return quoteWord(value)
		})
		// What they keep and edit of root's own lies in the temporary folder here.
		return words
			.join('')
			.replaceAll('/var/lib/runtree', join(folder, 'kept'))
			.replaceAll('/etc/systemd/system', join(folder, 'system'))
	}
	return { change: shell(command.command), undo: shell(command.undo) }
}

function run(command: string, env: Readonly<Record<string, string>> = {}) {
	const options = {
		env: { PATH: `${path}:${process.env.PATH}`, LANG: 'C.UTF-8', ...env },
		encoding: 'utf8',
		cwd: '/',
	} as const
	const { status, stderr } = spawnSync('sh', ['-c', command], options)
	return { status, stderr }
}

/** All that a change can change, of each file below a folder. */
function stateOf(...roots: readonly string[]): readonly string[] {
	return roots.flatMap((root) => {
		const { mode, uid, gid } = lstatSync(root)
		const kind = lstatSync(root)
		const content = kind.isFile() ? readFileSync(root, 'utf8') : ''
		const below = kind.isDirectory() ? readdirSync(root).toSorted() : []
		return [
			`${root} ${mode.toString(8)} ${uid}:${gid} ${content}`,
			...below.flatMap((name) => stateOf(join(root, name))),
		]
	})
}

const idOf = (option: string, name: string): number => Number(execFileSync('id', [option, name], { encoding: 'utf8' }))
const modeOf = (file: string): number => lstatSync(file).mode & 0o7777

async function socketAt(file: string, mode: number, owner: string): Promise<() => void> {
	const server = createServer()
	await new Promise<void>((done) => server.listen(file, done))
	chmodSync(file, mode)
	chownSync(file, idOf('-u', owner), idOf('-g', owner))
	return () => server.close()
}

/** Change, then undo: the same state as before, and another one in between. */
function changesAndTakesBack({ change, undo }: Remedy, ...of: readonly string[]): void {
	const before = stateOf(...of)
	expect(run(change)).toMatchObject({ status: 0, stderr: '' })
	expect(stateOf(...of)).not.toEqual(before)
	expect(run(undo).status, 'undo').toBe(0)
	expect(stateOf(...of)).toEqual(before)
}

/** Refused, with a reason, and nothing is different. */
function changesNothing(command: string, ...of: readonly string[]): void {
	const before = stateOf(...of)
	const { status, stderr } = run(command)
	expect(status).not.toBe(0)
	expect(stderr).not.toBe('')
	expect(stateOf(...of)).toEqual(before)
}

// They need root, as they do on a host: they change the owner, and become the owner.
describe.skipIf(process.getuid?.() !== 0)('as root', () => {
	describe('a folder is opened', () => {
		test.each([
			['open-folder', 'walk.blockedAt', 'folderClass'],
			['open-script-folder', 'script.blockedAt', 'scriptClass'],
		])('by %s', (step, at, who) => {
			const closed = join(folder, 'a b', 'closed')
			mkdirSync(closed, { recursive: true })
			chmodSync(closed, 0o2750)
			const values = (value: string) => ({ [at]: value, [`${who} + '+x'`]: 'o+x', [`${who} + '-x'`]: 'o-x' })
			changesAndTakesBack(remedy(step, values(closed), '+x'), closed)
			symlinkSync(closed, join(folder, 'link'))
			changesNothing(remedy(step, values(join(folder, 'link')), '+x').change, closed)
			symlinkSync(join(folder, 'a b'), join(folder, 'above'))
			changesNothing(remedy(step, values(join(folder, 'above/closed')), '+x').change, closed)
		})
	})

	describe('a socket is opened', () => {
		const values = (file: string, octal: string, group: string) => ({
			'walk.path': file,
			'identity.group': 'www-data',
			'walk.group': group,
			'socket.octal': octal,
		})
		test.each([
			['of a user in a folder of the user', 'daemon', 'daemon', 0o700, '0700'],
			['of a user in a folder of root', 'daemon', 'root', 0o755, '0755'],
			['of root in a folder of root', 'root', 'root', 0o600, '0600'],
			['of root in a folder of a user, by its group alone', 'root', 'daemon', 0o660, '0660'],
		])('%s', async (_, owner, folders, mode, octal) => {
			const there = join(folder, 'run')
			mkdirSync(there)
			chownSync(there, idOf('-u', folders), idOf('-g', folders))
			const close = await socketAt(join(there, 'app.sock'), mode, owner)
			const open = remedy('open-socket', values(join(there, 'app.sock'), octal, owner))
			changesAndTakesBack(open, there)
			run(open.change)
			expect(modeOf(join(there, 'app.sock')) & 0o060).toBe(0o060)
			expect(lstatSync(join(there, 'app.sock')).gid).toBe(idOf('-g', 'www-data'))
			close()
		})

		test('of root in a folder of a user is left alone where its mode had to change', async () => {
			const there = join(folder, 'run')
			mkdirSync(there)
			chownSync(there, idOf('-u', 'daemon'), 0)
			const close = await socketAt(join(there, 'app.sock'), 0o600, 'root')
			changesNothing(remedy('open-socket', values(join(there, 'app.sock'), '0600', 'root')).change, there)
			close()
		})

		test('never through a link, nor where something else is', async () => {
			const close = await socketAt(join(folder, 'real.sock'), 0o600, 'root')
			writeFileSync(join(folder, 'shadow'), 'root:*', { mode: 0o600 })
			for (const target of ['real.sock', 'shadow']) {
				symlinkSync(join(folder, target), join(folder, `link-${target}`))
				changesNothing(remedy('open-socket', values(join(folder, `link-${target}`), '0600', 'root')).change, folder)
			}
			changesNothing(remedy('open-socket', values(join(folder, 'shadow'), '0600', 'root')).change, folder)
			mkdirSync(join(folder, 'etc'))
			symlinkSync(folder, join(folder, 'etc/run'))
			changesNothing(remedy('open-socket', values(join(folder, 'etc/run/real.sock'), '0600', 'root')).change, folder)
			close()
		})

		test('while its owner swaps it for a link, 60 times', async () => {
			const there = join(folder, 'run')
			mkdirSync(there)
			chownSync(there, idOf('-u', 'daemon'), 0)
			const shadow = join(folder, 'shadow')
			writeFileSync(shadow, 'root:*', { mode: 0o600 })
			const before = stateOf(shadow)
			const close = await socketAt(join(there, 's'), 0o600, 'daemon')
			const swap = `cd ${quoteWord(there)}; while :; do ln -s ${quoteWord(shadow)} l; mv s t; mv l s; mv -f t s; done`
			const stranger: ChildProcess = spawn('runuser', ['-u', 'daemon', '--', 'sh', '-c', swap], {
				stdio: 'ignore',
				detached: true,
			})
			try {
				const { change, undo } = remedy('open-socket', values(join(there, 's'), '0600', 'daemon'))
				for (let round = 0; round < 30; round += 1) {
					run(change)
					run(undo)
				}
				expect(stateOf(shadow)).toEqual(before)
			} finally {
				if (stranger.pid !== undefined) process.kill(-stranger.pid, 'SIGKILL')
				close()
			}
		})
	})

	describe('a file is opened', () => {
		const cases = [
			['make-executable', 'program', { 'binary.octal': '4640' }, 0o4640],
			['open-script-folder', 'script.path', { "scriptClass + '+r'": 'o+r', "scriptClass + '-r'": 'o-r' }, 0o4640],
		] as const
		test.each(cases)('by %s', (step, at, more, mode) => {
			const there = join(folder, 'app')
			mkdirSync(there)
			chownSync(there, idOf('-u', 'daemon'), 0)
			const file = join(there, 'a file')
			const make = (owner: string) => {
				writeFileSync(file, 'x')
				chownSync(file, idOf('-u', owner), idOf('-g', owner))
				chmodSync(file, mode)
			}
			const of = (value: string) => remedy(step, { [at]: value, ...more }, '[ -f ')
			make('daemon')
			changesAndTakesBack(of(file), there)
			symlinkSync(file, join(folder, 'link'))
			changesNothing(of(join(folder, 'link')).change, there)
			symlinkSync(there, join(folder, 'above'))
			changesNothing(of(join(folder, 'above/a file')).change, there)
			changesNothing(of(there).change, there)
			// Root's file in a stranger's folder could be another one a moment later.
			make('root')
			changesNothing(of(file).change, there)
		})
	})

	describe("nginx's address is replaced", () => {
		const align = (file: string) =>
			remedy('align-upstream', {
				'conf.addressFile': file,
				'sedWords(conf.address, repointed(conf.address, ports.ofPids[0]))': 's|unix:/run/old.sock|unix:/run/new.sock|',
			})
		const site = () => {
			const there = join(folder, 'nginx')
			mkdirSync(there)
			const file = join(there, 'site')
			writeFileSync(file, 'proxy_pass http://unix:/run/old.sock;\n', { mode: 0o640 })
			return { there, file }
		}

		test('and taken back', () => {
			const { there, file } = site()
			symlinkSync(file, join(there, 'enabled'))
			changesAndTakesBack(align(join(there, 'enabled')), there)
			changesAndTakesBack(align(file), there)
			expect(lstatSync(join(there, 'enabled')).isSymbolicLink()).toBe(true)
			expect(modeOf(join(folder, 'kept'))).toBe(0o700)
			expect(readdirSync(join(folder, 'kept', there)), 'one copy for each change').toEqual(['site', 'site.~1~'])
		})

		test('and put back where nginx refuses it', () => {
			const { there, file } = site()
			const before = stateOf(there)
			expect(run(align(file).change, { NGINX: '1' }).status).not.toBe(0)
			expect(stateOf(there)).toEqual(before)
		})

		test('in no file that others may write', () => {
			const { there, file } = site()
			chmodSync(file, 0o664)
			changesNothing(align(file).change, there)
			chmodSync(file, 0o644)
			chownSync(there, idOf('-u', 'daemon'), 0)
			changesNothing(align(file).change, there)
		})
	})

	describe('a file is edited', () => {
		const editor = 'for file; do :; done; echo edited >>"$file"'
		beforeEach(() => stub('an-editor', editor))
		const edit = (at: Remedy): Remedy => ({ change: `EDITOR=an-editor; ${at.change}`, undo: at.undo })
		const cases = [
			['edit-nginx', 'nginxFile'],
			['edit-environment', 'file.environmentFiles[0]'],
			['edit-pool', 'first(complaintFile, poolFile.path)'],
		] as const

		test.each(cases)('by %s', (step, at) => {
			const file = join(folder, '+a file')
			writeFileSync(file, 'before\n', { mode: 0o640 })
			chownSync(file, idOf('-u', 'daemon'), idOf('-g', 'daemon'))
			const values = { [at]: file, 'inputs.unit': 'app' }
			changesAndTakesBack(edit(remedy(step, values)), file)
			changesAndTakesBack(edit(remedy(step, values)), file)
			expect(readdirSync(join(folder, 'kept', folder))).toEqual(['+a file', '+a file.~1~'])
		})

		test('an environment file that was not there is removed again, and a link is not followed', () => {
			const there = join(folder, 'env')
			mkdirSync(there)
			const of = (file: string) =>
				edit(remedy('edit-environment', { 'file.environmentFiles[0]': file, 'inputs.unit': 'app' }))
			changesAndTakesBack(of(join(there, 'app.env')), there)
			writeFileSync(join(folder, 'shadow'), 'root:*')
			symlinkSync(join(folder, 'shadow'), join(there, 'link'))
			changesNothing(of(join(there, 'link')).change, folder)
		})

		test.each([
			['edit-unit', 'app.service'],
			['edit-override', 'app.service.d/override.conf'],
		])('by %s: what was there is back, and what was not is gone', (step, name) => {
			const system = join(folder, 'system')
			const file = join(system, name)
			mkdirSync(system)
			stub(
				'systemctl',
				`case "$*" in *FragmentPath*) echo /lib/systemd/system/app.service ;; *Id*) echo app.service ;; edit*) mkdir -p ${quoteWord(dirname(file))}; echo edited >>${quoteWord(file)} ;; esac`,
			)
			const edited = remedy(step, { 'inputs.unit': 'app' })
			changesAndTakesBack(edited, system)
			mkdirSync(dirname(file), { recursive: true })
			writeFileSync(file, '[Service]\nUser=app\n', { mode: 0o600 })
			changesAndTakesBack(edited, system)
			rmSync(system, { recursive: true })
			mkdirSync(system)
			// What an earlier session kept is not what was there.
			changesAndTakesBack(edited, system)
			expect(existsSync(file)).toBe(false)
			expect(run(edited.undo).status, 'nothing was edited').toBe(0)
		})
	})
})

test('no remedy changes a mode or an owner by a path that may have become a link', () => {
	const commands = flows.flatMap(({ flow }) =>
		Object.values(flow.steps).flatMap(({ run: all }) => all.flatMap(({ command, undo = '' }) => [command, undo])),
	)
	for (const command of commands) {
		expect(command, command).not.toMatch(/\bchgrp (?!-h)|\bchown (?!-h)/)
		// A folder that was entered, or as the owner.
		for (const [, before = '', after = ''] of command.matchAll(/(.{0,25})\bchmod (.*)$/g))
			expect(before.endsWith('runuser -u "$o" -- ') || after.endsWith(' .'), command).toBe(true)
		expect(command, 'copies lie where only root may write').not.toMatch(/(?<!\{)\/(?:var\/)?tmp\//)
		expect(command).not.toContain('systemctl revert')
	}
})

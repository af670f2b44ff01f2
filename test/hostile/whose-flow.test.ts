import {
	chmodSync,
	chownSync,
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshFolder, freshPlace, type Place, root, runtree, shopFlow, shopHost } from '../support/program.ts'

/** Flows that somebody else wrote, or may write to: none of them runs a command unasked. */

const isRoot = process.getuid?.() === 0
const SOMEBODY = 1234

/** A flow that leaves a mark where it runs its first probe. */
function marking(folder: string, id = 'marking'): { readonly file: string; readonly ran: () => boolean } {
	mkdirSync(folder, { recursive: true })
	const mark = join(freshFolder(), 'mark')
	const file = join(folder, 'flow.yaml')
	const text = readFileSync(join(shopFlow, 'flow.yaml'), 'utf8').replace(/^id: shop$/m, `id: ${id}`)
	// No list of commands that write has every one.
	const marked = text.replace(/command: cat .*answer.*$/m, `$& && awk 'BEGIN { print > "${mark}" }'`)
	expect(marked).toContain(mark)
	writeFileSync(file, marked)
	return { file, ran: () => existsSync(mark) }
}

const words = (verb: string, flow: string): string[] => [verb, flow, '--set', `folder=${shopHost()}`]

describe('an id', () => {
	test('of a shipped flow is never taken by a folder where one stands', async () => {
		const cwd = freshFolder()
		const place = freshPlace()
		for (const folder of ['flows/flask-502', 'flask-502']) marking(join(cwd, folder), 'flask-502')
		marking(join(place.env.XDG_CONFIG_HOME ?? '', 'runtree/flows/flask-502'), 'flask-502')
		const ended = await runtree(['run', 'flask-502', '--dry-run'], { cwd, place })
		expect(ended).toMatchObject({ code: 0, stderr: '' })
		expect(ended.stdout).toContain('nginx')
		expect(ended.stdout).not.toContain('mark')
	})
})

describe('a flow that nobody has approved', () => {
	test.each(['run', 'diagnose'])(
		'is refused by %s where there is no terminal, by its path and by its id',
		async (verb) => {
			const cwd = freshFolder()
			const place = freshPlace()
			const { file, ran } = marking(join(cwd, 'flows/marking'))
			for (const name of ['marking', './flows/marking', file]) {
				const ended = await runtree(words(verb, name), { cwd, place, input: '\n\n\n' })
				expect(ended).toMatchObject({ code: 2, stdout: '' })
				expect(ended.stderr).toBe(
					`runtree: ${file} does not come with runtree and is not approved as it is now; read it, then run \`runtree trust ${file}\`.\n`,
				)
			}
			expect(ran()).toBe(false)
			expect(place.ids()).toEqual([])
		},
	)

	test('records nothing, and breaks no host', async () => {
		const { file, ran } = marking(freshFolder())
		const out = join(freshFolder(), 'out.jsonl')
		const ended = await runtree([...words('record', file), '--out', out])
		expect(ended.code).toBe(2)
		expect(ended.stderr).toContain('runtree trust')
		expect((await runtree(['practice', file, '--live'])).stderr).toContain('runtree trust')
		expect([existsSync(out), ran()]).toEqual([false, false])
	})

	test('can be read: check, graph, guide, --dry-run', async () => {
		const { file, ran } = marking(freshFolder())
		for (const each of [
			['check', file],
			['graph', file],
			['guide', file],
			[...words('run', file), '--dry-run'],
		])
			expect(await runtree(each)).toMatchObject({ code: 0 })
		expect(ran()).toBe(false)
	})

	test('is approved once, as it is: a change of it or of a part asks anew', async () => {
		const place = freshPlace()
		const cwd = freshFolder()
		const { file, ran } = marking(join(cwd, 'flows/marking'))
		const part = join(cwd, 'flows/p.yaml')
		writeFileSync(part, 'format: 2\npart: p\nlet: { here: inputs.folder }\n')
		writeFileSync(file, readFileSync(file, 'utf8').replace(/^id: .*$/m, '$&\ninclude: [../p.yaml]'))
		const approved = await runtree(['trust', file], { place })
		expect(approved).toMatchObject({ code: 0, stderr: '' })
		expect(approved.stdout).toMatch(/commands that read, which a diagnosis runs unasked; \d+ that change/)
		expect(statSync(join(place.env.XDG_CONFIG_HOME ?? '', 'runtree/trusted.jsonl')).mode & 0o777).toBe(0o600)
		expect((await runtree(words('diagnose', file), { place })).code).toBe(1)
		expect(ran()).toBe(true)
		expect((await runtree(['trust', file], { place })).stdout).toContain('approved before')
		for (const changed of [part, file]) {
			writeFileSync(changed, `${readFileSync(changed, 'utf8')}# more\n`)
			expect((await runtree(words('diagnose', file), { place })).code).toBe(2)
			expect((await runtree(['trust', file], { place })).code).toBe(0)
			expect((await runtree(words('diagnose', file), { place })).code).toBe(1)
		}
	})

	test('a session of it is not resumed once it was changed', async () => {
		const place = freshPlace()
		const folder = join(freshFolder(), 'shop')
		cpSync(shopFlow, folder, { recursive: true })
		const file = join(folder, 'flow.yaml')
		expect((await runtree(words('run', file), { place, input: '\nq\n' })).code).toBe(5)
		writeFileSync(file, `${readFileSync(file, 'utf8')}# more\n`)
		const ended = await runtree(['resume'], { place, input: '\n\n' })
		expect(ended.stderr).toContain(`run \`runtree trust ${file}\``)
		expect(ended.code).toBe(2)
	})

	test('approvals that others may write to do not count, and none is added to them', async () => {
		const place = freshPlace()
		const kept = join(place.env.XDG_CONFIG_HOME ?? '', 'runtree/trusted.jsonl')
		chmodSync(kept, 0o666)
		expect((await runtree(words('diagnose', shopFlow), { place })).code).toBe(2)
		const ended = await runtree(['trust', shopFlow], { place })
		expect(ended.stderr).toContain('Approvals are not kept where others may change them')
		expect(ended.code).toBe(2)
	})
})

describe('a flow by path is named', () => {
	test('on the first screen, in the journal, in the report and in --json', async () => {
		const place = freshPlace()
		const file = join(shopFlow, 'flow.yaml')
		const run = await runtree(words('run', shopFlow), { place, input: 'q\n' })
		expect(run.stdout.replaceAll('\n', ' ')).toContain(`The flow is not one of runtree's own: ${file}`)
		expect(journalOf(place)).toMatchObject({ flow: { id: 'shop', file } })
		expect((await runtree(words('diagnose', shopFlow), { place })).stdout).toContain(`flow = ${file}`)
		const { stdout } = await runtree([...words('diagnose', shopFlow), '--json'], { place })
		expect(JSON.parse(stdout).flow).toMatchObject({ id: 'shop', file })
	})

	test('and a shipped one is not', async () => {
		const { stdout } = await runtree([
			'diagnose',
			'flask-502',
			'--on',
			`recorded:${join(root, 'flows/flask-502/scenarios/unit-stopped.jsonl')}`,
			'--json',
		])
		expect(JSON.parse(stdout).flow).toMatchObject({ id: 'flask-502', file: null })
	})
})

describe.skipIf(!isRoot)('what another user owns is refused for root too', () => {
	test.each([
		['the file', (folder: string) => join(folder, 'a/flow.yaml')],
		['its folder', (folder: string) => join(folder, 'a')],
		['a folder above', (folder: string) => folder],
	])('%s', async (_, whose) => {
		const folder = freshFolder()
		const { file, ran } = marking(join(folder, 'a'))
		chownSync(whose(folder), SOMEBODY, SOMEBODY)
		for (const verb of ['diagnose', 'trust', 'check']) {
			const ended = await runtree(verb === 'diagnose' ? words(verb, file) : [verb, file])
			expect(ended.stderr).toContain(`${whose(folder)} belongs to another user (${SOMEBODY})`)
			expect(ended.code).toBe(2)
		}
		expect(ran()).toBe(false)
	})

	test('a link of another user, and what a link of our own leads to', async () => {
		const folder = freshFolder()
		const { ran } = marking(join(folder, 'theirs/a'))
		chownSync(join(folder, 'theirs'), SOMEBODY, SOMEBODY)
		symlinkSync(join(folder, 'theirs/a'), join(folder, 'link'))
		const ended = await runtree(words('diagnose', join(folder, 'link')))
		expect(ended.stderr).toContain(`${join(folder, 'theirs')} belongs to another user`)
		expect(ran()).toBe(false)
	})

	test('the state folder, the cache and a session', async () => {
		const place = freshPlace()
		const state = place.env.XDG_STATE_HOME ?? ''
		expect((await runtree(words('run', shopFlow), { place, input: 'q\n' })).code).toBe(5)
		chownSync(state, SOMEBODY, SOMEBODY)
		for (const each of [words('run', shopFlow), ['resume']]) {
			const ended = await runtree(each, { place })
			expect(ended.stderr).toContain(`${state} belongs to another user (${SOMEBODY})`)
			expect(ended.code).toBe(2)
		}
		const cache = freshFolder()
		chownSync(cache, SOMEBODY, SOMEBODY)
		const kept = { ...freshPlace().env, XDG_CACHE_HOME: cache }
		expect((await runtree(['check', shopFlow], { env: kept })).code).toBe(0)
		expect(existsSync(join(cache, 'runtree'))).toBe(false)
	})
})

test('files are private again after a resume and a record', async () => {
	const place = freshPlace()
	expect((await runtree(words('run', shopFlow), { place, input: 'q\n' })).code).toBe(5)
	const [id = ''] = place.ids()
	const folder = join(place.sessions, id)
	chmodSync(folder, 0o755)
	chmodSync(join(folder, 'journal.jsonl'), 0o644)
	await runtree(['resume'], { place, input: 'q\n' })
	expect(statSync(folder).mode & 0o777).toBe(0o700)
	expect(statSync(join(folder, 'journal.jsonl')).mode & 0o777).toBe(0o600)
	const out = join(freshFolder(), 'out.jsonl')
	writeFileSync(out, '', { mode: 0o644 })
	expect((await runtree([...words('record', shopFlow), '--out', out], { place, cwd: root })).code).toBe(0)
	expect(statSync(out).mode & 0o777).toBe(0o600)
})

function journalOf(place: Place): unknown {
	const [id = ''] = place.ids()
	return JSON.parse(readFileSync(join(place.sessions, id, 'journal.jsonl'), 'utf8').split('\n', 1)[0] ?? '')
}

import { execFileSync } from 'node:child_process'
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cacheKey } from '../../src/app/flow-cache.ts'
import { type FlowPlaces, findFlow, flowPlaces, listFlows, loadFlow } from '../../src/app/flows.ts'
import { smallParsers } from '../support/small-parsers.ts'

const sound = readFileSync(new URL('../fixtures/flow/sound.yaml', import.meta.url), 'utf8')

const catalogue = { parsers: smallParsers, functions: [] }

let root: string
let places: FlowPlaces

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'runtree-flows-'))
	places = {
		cwd: root,
		shipped: join(root, 'own'),
		folders: [join(root, 'config'), join(root, 'flows')],
		cache: join(root, 'cache'),
	}
})

afterEach(() => {
	rmSync(root, { recursive: true, force: true })
})

function put(path: string, content: string | Uint8Array): string {
	const file = join(root, path)
	mkdirSync(join(file, '..'), { recursive: true })
	writeFileSync(file, content)
	return file
}

async function reasonOf(idOrPath: string): Promise<string> {
	const found = await findFlow(idOrPath, places)
	return found.ok ? `found ${found.file}` : found.reason
}

describe('findFlow', () => {
	test('looks for an id in the program, then here by path, in the configuration, and in the flows here', async () => {
		const here = put('flows/a/flow.yaml', sound)
		expect(await findFlow('a', places)).toEqual({
			ok: true,
			file: here,
			folder: join(root, 'flows/a'),
			text: sound,
			shipped: false,
		})
		const config = put('config/a/flow.yaml', sound)
		expect(await reasonOf('a')).toBe(`found ${config}`)
		const path = put('a/flow.yaml', sound)
		expect(await reasonOf('a')).toBe(`found ${path}`)
		const own = put('own/a/flow.yaml', sound)
		expect(await findFlow('a', places)).toMatchObject({ ok: true, file: own, shipped: true })
		expect(await findFlow('./a', places)).toMatchObject({ ok: true, file: path, shipped: false })
	})

	test('a link to a flow of the program is not one of the program, as its parts are not', async () => {
		const own = put('own/a/flow.yaml', sound)
		mkdirSync(join(root, 'x'))
		symlinkSync(own, join(root, 'x/flow.yaml'))
		expect(await findFlow('./x', places)).toMatchObject({ ok: true, shipped: false })
		symlinkSync(join(root, 'own/a'), join(root, 'y'))
		expect(await findFlow('./y', places)).toMatchObject({ ok: true, shipped: true })
	})

	test('refuses a file, or a folder above it, that others may write to', async () => {
		const file = put('x/y/flow.yaml', sound)
		for (const [path, mode] of [
			[file, 0o666],
			[join(root, 'x/y'), 0o777],
			[join(root, 'x'), 0o702],
		] as const) {
			const before = statSync(path).mode & 0o777
			chmodSync(path, mode)
			expect(await reasonOf('x/y')).toBe(
				`"x/y" is refused: others may write to ${path} (mode 0${mode.toString(8)}); take that from them (chmod go-w ${path}), or copy it to a folder of your own`,
			)
			chmodSync(path, before)
		}
		expect(await reasonOf('x/y')).toBe(`found ${file}`)
	})

	test('takes a path: a file, a folder, and a folder without a slash', async () => {
		const file = put('x/flow.yaml', sound)
		const other = put('other.yml', sound)
		for (const path of ['x/flow.yaml', './x', 'x/', 'x', file, join(root, 'x')])
			expect(await reasonOf(path)).toBe(`found ${file}`)
		expect(await reasonOf('other.yml')).toBe(`found ${other}`)
		const inside = { ...places, cwd: join(root, 'x') }
		expect(await findFlow('.', inside)).toMatchObject({ ok: true, file })
	})

	test('suggests the id that was meant, or says which there are', async () => {
		put('own/flask-502/flow.yaml', sound)
		put('flows/dns/flow.yaml', sound)
		expect(await reasonOf('flask-504')).toBe('there is no flow named "flask-504"; did you mean flask-502?')
		expect(await reasonOf('kubernetes')).toBe('there is no flow named "kubernetes"; there are: dns, flask-502')
		expect(await reasonOf('')).toBe('no flow was named; give an id such as flask-502, or a path')
	})

	test.each<readonly [string, (root: string) => void, string]>([
		['nowhere/flow.yaml', () => undefined, 'there is no file or folder "nowhere/flow.yaml"; check the path'],
		[
			'./empty',
			() => mkdirSync(join(root, 'empty')),
			'the folder "./empty" has no flow.yaml; give a flow\'s folder or file',
		],
		['e.yaml', () => put('e.yaml', ' \n'), '"e.yaml" is empty; write a flow, or start one with `runtree new`'],
		['b.yaml', () => put('b.yaml', 'a\0b'), '"b.yaml" is a binary file; a flow is a YAML file'],
		['u.yaml', () => put('u.yaml', Buffer.from([0x61, 0xff, 0xfe])), '"u.yaml" is not UTF-8 text; save it as UTF-8'],
		[
			'l.yaml',
			() => put('l.yaml', 'x'.repeat(5_000_001)),
			'"l.yaml" is larger than 5 MB; a flow is a YAML file of steps',
		],
		['f.yaml/x', () => put('f.yaml', sound), 'there is no file or folder "f.yaml/x"; check the path'],
		[
			'p.yaml',
			() => execFileSync('mkfifo', [join(root, 'p.yaml')]),
			'"p.yaml" is not a regular file; give a flow\'s folder or file',
		],
		['/dev/zero', () => undefined, '"/dev/zero" is not a regular file; give a flow\'s folder or file'],
	])('refuses %s in one sentence', async (path, make, reason) => {
		make(root)
		expect(await reasonOf(path)).toBe(reason)
	})

	test('prints no control character that was typed', async () => {
		expect(await reasonOf('\u001b[2J')).not.toContain('\u001b')
	})
})

describe('flowPlaces', () => {
	test("begins with the program's own flows, and ignores a relative XDG folder", () => {
		const { shipped, folders, cache } = flowPlaces('/work', {
			XDG_CONFIG_HOME: '/config',
			XDG_CACHE_HOME: 'relative',
		})
		expect(folders).toEqual(['/config/runtree/flows', '/work/flows'])
		expect(readdirSync(shipped)).toContain('flask-502')
		expect(cache?.startsWith('/')).toBe(true)
	})
})

describe('loadFlow', () => {
	test('gives the flow, and the same from its cache', async () => {
		put('flows/a/flow.yaml', sound)
		const first = await loadFlow('a', catalogue, places)
		const [entry] = readdirSync(join(root, 'cache'))
		const kept = join(root, 'cache', entry ?? '')
		expect(statSync(kept).mode & 0o777).toBe(0o600)
		utimesSync(kept, 1, 1)
		const second = await loadFlow('a', catalogue, places)
		expect(second).toEqual(first)
		expect(first).toMatchObject({ ok: true, folder: join(root, 'flows/a'), warnings: [] })
		// It was read and not written anew.
		expect(statSync(kept).mtimeMs).toBe(1000)
	})

	test('checks again what has changed: the file, or what a parser gives', async () => {
		put('flows/a/flow.yaml', sound)
		await loadFlow('a', catalogue, places)
		expect(await loadFlow('a', { parsers: new Map(), functions: [] }, places)).toMatchObject({ ok: false })
		put('flows/a/flow.yaml', sound.replace('title: A broken flow', 'title: Mended'))
		expect(await loadFlow('a', catalogue, places)).toMatchObject({ ok: true, flow: { title: 'Mended' } })
		expect(readdirSync(join(root, 'cache'))).toHaveLength(1)
	})

	test('checks again what another build of the program has kept', async () => {
		const file = put('flows/a/flow.yaml', sound)
		await loadFlow('a', catalogue, places)
		const [entry = ''] = readdirSync(join(root, 'cache'))
		const kept = JSON.parse(readFileSync(join(root, 'cache', entry), 'utf8'))
		expect(kept.key).toBe(cacheKey(readFileSync(file, 'utf8'), catalogue))
		const other = { ...kept, key: cacheKey(sound, catalogue, 'another build'), flow: { ...kept.flow, title: 'Older' } }
		writeFileSync(join(root, 'cache', entry), JSON.stringify(other))
		expect(await loadFlow('a', catalogue, places)).toMatchObject({ ok: true, flow: { title: kept.flow.title } })
	})

	test('checks again when a part has changed, and takes no part from elsewhere', async () => {
		const main = sound.replace('start: look', 'start: look\ninclude: [../parts/p.yaml]')
		put('flows/a/flow.yaml', main)
		put('flows/parts/p.yaml', 'format: 2\npart: p\nlet: { here: host }\n')
		const first = await loadFlow('a', catalogue, places)
		expect(first).toMatchObject({ ok: true, flow: { lets: { here: 'host' } } })
		expect(await loadFlow('a', catalogue, places)).toEqual(first)
		put('flows/parts/p.yaml', 'format: 2\npart: p\nlet: { here: host + "x" }\n')
		const second = await loadFlow('a', catalogue, places)
		expect(second).toMatchObject({ ok: true, flow: { lets: { here: 'host + "x"' } } })
		expect(second.ok && first.ok && second.flow.hash !== first.flow.hash).toBe(true)
		rmSync(join(root, 'flows/parts/p.yaml'))
		symlinkSync(put('outside.yaml', 'format: 2\npart: p\n'), join(root, 'flows/parts/p.yaml'))
		const third = await loadFlow('a', catalogue, places)
		expect(third.ok ? [] : third.problems.map(({ message }) => message)).toEqual([
			`\`../parts/p.yaml\` cannot be included: it leads outside of the folder of flows, ${join(root, 'flows')}`,
		])
	})

	test.each<readonly [string, (file: string) => void, string]>([
		['nowhere', () => undefined, 'the file is not there; check the path'],
		['empty', (file) => writeFileSync(file, ''), 'the file is empty; write a flow, or start one with `runtree new`'],
		[
			'a pipe',
			(file) => execFileSync('mkfifo', [file]),
			"the file is not a regular file; give a flow's folder or file",
		],
	])('says what is wrong with a part that is %s', async (_, make, reason) => {
		put('flows/a/flow.yaml', sound.replace('start: look', 'start: look\ninclude: [p.yaml]'))
		make(join(root, 'flows/a/p.yaml'))
		const loaded = await loadFlow('a', catalogue, places)
		expect(loaded.ok ? [] : loaded.problems.map(({ message, line }) => [line, message])).toEqual([
			[5, `\`p.yaml\` cannot be included: ${reason}`],
		])
	})

	test('does without a cache that is torn, or cannot be written', async () => {
		put('flows/a/flow.yaml', sound)
		await loadFlow('a', catalogue, places)
		for (const entry of readdirSync(join(root, 'cache'))) writeFileSync(join(root, 'cache', entry), '{"key":')
		expect(await loadFlow('a', catalogue, places)).toMatchObject({ ok: true })
		const file = put('no-folder', '')
		expect(await loadFlow('a', catalogue, { ...places, cache: join(file, 'x') })).toMatchObject({ ok: true })
	})

	test('gives the problems of a broken flow, and what to do', async () => {
		const file = put('flows/a/flow.yaml', sound.replace('goto: again', 'goto: agian'))
		expect(await loadFlow('a', catalogue, places)).toMatchObject({
			ok: false,
			reason: `${file} has a problem; mend it, then run \`runtree check ${file}\``,
			problems: [{ file, line: 43, column: 15 }],
		})
	})
})

test('listFlows gives every flow once, broken ones with their problems', async () => {
	put('own/b/flow.yaml', sound)
	put('own/a/flow.yaml', sound.replace('start: look', 'start: look\nsummary: In short.'))
	put('flows/a/flow.yaml', sound.replace('title: A broken flow', 'title: Takes its id'))
	put('flows/c/flow.yaml', 'title: [')
	put('flows/no-flow/readme', '')
	const listed = await listFlows(catalogue, places)
	expect(listed.map(({ id, title, summary, problems }) => [id, title, summary, problems.length])).toEqual([
		['a', 'A broken flow', 'In short.', 0],
		['b', 'A broken flow', undefined, 0],
		['c', undefined, undefined, 1],
	])
})

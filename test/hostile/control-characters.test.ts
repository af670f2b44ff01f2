import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isUnprintable } from '../../src/text/unprintable.ts'
import { type Ended, freshFolder, freshPlace, root, runtree, shopFlow, shopHost } from '../support/program.ts'

/** What a stranger wrote into a title never moves the cursor, hides a word or turns the direction of a line. */

const hidden: readonly (readonly [string, string])[] = [
	['C0', '\b\b\b'],
	['a carriage return', '\r'],
	['ESC sequences', '\u001b[2J\u001b[31m'],
	['a title for the window', '\u001b]0;pwned\u0007'],
	['the clipboard (OSC 52)', '\u001b]52;c;cHduZWQ=\u001b\\'],
	['C1', '\u009b2J\u0090q\u009c'],
	['DEL', '\u007f'],
	['a turned direction', '\u202e'],
	['isolates', '\u2066\u2069'],
	['zero width', '\u200b\u200d\u2060\ufeff'],
	['tags', '\u{e0041}\u{e007f}'],
	['variants', '\ufe01\u{e0100}'],
]

/** The words of a command line as they are for a flow, a scenario or a journal that a stranger wrote. */
function expectClean({ stdout, stderr }: Ended): void {
	for (const text of [stdout, stderr]) {
		const at = [...text].findIndex((one) => isUnprintable(one))
		expect(at < 0 ? '' : JSON.stringify(text.slice(Math.max(0, at - 20), at + 20))).toBe('')
	}
}

describe.each(hidden)('%s', (_, bad) => {
	test('in a flow is an error that says where: no verb prints the flow', async () => {
		const folder = freshFolder()
		const file = join(folder, 'flow.yaml')
		const text = readFileSync(join(shopFlow, 'flow.yaml'), 'utf8')
		writeFileSync(file, text.replace('The shop does not answer', JSON.stringify(`The ${bad}shop`)))
		const all = [
			['check', file],
			['graph', file],
			['guide', file],
			['trust', file],
		]
		for (const words of [...all, ['run', file, '--dry-run', '--set', 'folder=/x'], ['diagnose', file]]) {
			const ended = await runtree(words)
			expect(ended.code).toBe(2)
			expect(ended.stderr).toMatch(/flow\.yaml:4:8: this (text holds a character that cannot be seen|is not YAML)/)
			expectClean(ended)
		}
	})

	test('in the header of a scenario is left out', async () => {
		const folder = join(freshFolder(), 'flask-502')
		mkdirSync(folder)
		cpSync(join(root, 'flows/flask-502/flow.yaml'), join(folder, 'flow.yaml'))
		mkdirSync(join(folder, 'scenarios'))
		const [head = '', ...rest] = readFileSync(join(root, 'flows/flask-502/scenarios/unit-stopped.jsonl'), 'utf8').split(
			'\n',
		)
		const header = { ...JSON.parse(head), title: `a${bad}b`, symptom: `a${bad}b`, host: `web${bad}1` }
		writeFileSync(join(folder, 'scenarios/x.jsonl'), [JSON.stringify(header), ...rest].join('\n'))
		for (const words of [
			['practice', folder, '--list'],
			['practice', folder, '--list', '--json'],
		]) {
			const ended = await runtree(words)
			expect(ended.stdout).toMatch(/a.*b/)
			expect(ended.code).toBe(0)
			expectClean(ended)
		}
		const played = await runtree(['practice', 'flask-502', join(folder, 'scenarios/x.jsonl'), '--plain'], {
			input: '\nq\n',
		})
		expect(played.stdout).toMatch(/Reported: a.*b/)
		expectClean(played)
	})

	test('in a journal of somebody else is left out', async () => {
		const place = freshPlace()
		await runtree(['diagnose', shopFlow, '--set', `folder=${shopHost()}`], { place })
		const [id = ''] = place.ids()
		const file = join(place.sessions, id, 'journal.jsonl')
		const spoiled = (value: unknown, key = ''): unknown => {
			if (typeof value === 'string' && /^(?:title|say|text|command|target|host|why|prevent|reason)$/.test(key))
				return `${bad}${value}${bad}`
			if (Array.isArray(value)) return value.map((item) => spoiled(item))
			if (typeof value !== 'object' || value === null) return value
			return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, spoiled(item, name)]))
		}
		const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
		writeFileSync(file, `${lines.map((line) => JSON.stringify(spoiled(JSON.parse(line)))).join('\n')}\n`)
		for (const words of [['sessions'], ['sessions', '--json'], ['replay', id, '--speed', '100000'], ['verify', id]]) {
			const ended = await runtree(words, { place })
			expect(ended.stdout).not.toBe('')
			expectClean(ended)
		}
		for (const format of ['md', 'html', 'json', 'cast']) {
			const ended = await runtree(['export', id, '--format', format], { place })
			expect(ended.stdout).toContain('The shop does not answer')
			expectClean(ended)
		}
		expectClean(await runtree(['resume', id], { place, input: 'q\n' }))
	})

	test('in the name of a folder of flows is left out', async () => {
		const cwd = freshFolder()
		const name = `a${bad.replaceAll('/', '')}b`
		mkdirSync(join(cwd, 'flows', name), { recursive: true })
		writeFileSync(join(cwd, 'flows', name, 'flow.yaml'), 'title: [')
		expect(readdirSync(join(cwd, 'flows'))).toHaveLength(1)
		for (const words of [[], ['check'], ['check', `flows/${name}`], ['graph', name], ['run', `flows/${name}`]])
			expectClean(await runtree(words, { cwd }))
	})
})

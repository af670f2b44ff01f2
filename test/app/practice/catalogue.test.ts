import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCatalogue } from '../../../src/app/practice/catalogue.ts'
import { tmpFolder } from '../../support/session-kit.ts'

const header = (name: string, difficulty: string) => ({
	type: 'scenario',
	format: 1,
	name,
	title: name,
	symptom: `How ${difficulty} it is`,
	difficulty,
	flow: { id: 'flask-502', hash: 'a' },
	runtree: '0.1.0',
	recordedAt: '2026-11-21T03:12:05.000Z',
	host: 'web1',
	causes: ['service-stopped'],
	start: 'broken',
	inputs: {},
})

function folderWith(files: Readonly<Record<string, string>>): string {
	const folder = tmpFolder()
	mkdirSync(join(folder, 'scenarios'))
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'scenarios', name), text)
	return folder
}

test('the newcomer has the first number, then they go by difficulty and name; what is no scenario is named', async () => {
	const file = (name: string, difficulty: string): string => `${JSON.stringify(header(name, difficulty))}\nnot read`
	const { entries, problems } = await readCatalogue(
		folderWith({
			'a-hard.jsonl': file('a-hard', 'hard'),
			'unit-stopped.jsonl': file('unit-stopped', 'easy'),
			'b-easy.jsonl': file('b-easy', 'easy'),
			'a-easy.jsonl': file('a-easy', 'easy'),
			'broken.jsonl': '{"type":"scen',
			'empty.jsonl': '',
			'notes.txt': 'not looked at',
		}),
	)
	expect(entries.map(({ number, name }) => `${number} ${name}`)).toEqual([
		'1 unit-stopped',
		'2 a-easy',
		'3 b-easy',
		'4 a-hard',
	])
	expect(problems).toHaveLength(2)
	expect(problems[0]).toMatch(/broken\.jsonl: This is not a scenario/)
})

test('no folder is no scenarios', async () => {
	expect(await readCatalogue(tmpFolder())).toEqual({ entries: [], problems: [] })
})

test('the list of those that come with the flow gives no cause away', async () => {
	const { entries, problems } = await readCatalogue('flows/flask-502')
	const files = readdirSync('flows/flask-502/scenarios').filter((name) => name.endsWith('.jsonl'))
	expect(problems).toEqual([])
	expect(entries).toHaveLength(files.length)
	expect(entries[0]?.name).toBe('unit-stopped')
	for (const { header: about } of entries) {
		for (const cause of about.causes) expect(about.symptom.toLowerCase()).not.toContain(cause.replaceAll('-', ' '))
	}
})

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshFolder, freshPlace, runtree } from '../support/program.ts'

const recorded = readFileSync('flows/flask-502/scenarios/unit-stopped.jsonl', 'utf8')

describe('a scenario file that cannot be used is one sentence and exit code 2', () => {
	let folder = ''
	beforeEach(() => {
		folder = freshFolder()
	})

	test.each<[string, (text: string) => string, RegExp]>([
		['truncated', (text) => text.slice(0, text.length / 2), /breaks off in line \d+: get the whole file again\.$/],
		['edited', (text) => text.replace('"stdout"', '"stdour"'), /is no answer of a host .*: get the file again\.$/],
		['of something else', () => '{"name":"a package"}\n', /This is not a scenario/],
		['empty', () => '', /This is not a scenario/],
		[
			'of another flow',
			(text) => text.replace('"id":"flask-502"', '"id":"shop"'),
			/was recorded for the flow shop, not for flask-502\.$/,
		],
		[
			'of another version of the flow',
			(text) => text.replace(/"hash":"\w+"/, '"hash":"00000000"').replaceAll('"command":"', '"command":"env '),
			/another version of flask-502 \(00000000, and this is \w{8}\) .*record it again with `runtree record flask-502/,
		],
	])('%s', async (_, change, sentence) => {
		const file = join(folder, 'host.jsonl')
		writeFileSync(file, change(recorded))
		for (const words of [
			['practice', file],
			['practice', 'flask-502', file, '--quiz'],
		]) {
			const ended = await runtree(words)
			expect(ended).toMatchObject({ code: 2, stdout: '' })
			expect(ended.stderr).toMatch(/^runtree: [^\n]+\n$/)
			expect(ended.stderr.trim()).toMatch(sentence)
		}
	})
})

test.each<[readonly string[], RegExp]>([
	[['practice', 'unit-stoped'], /no recorded host "unit-stoped"; did you mean unit-stopped\?$/],
	[['practice', '999'], /no recorded host number 999, they go to \d+; `runtree practice --list` lists them\.$/],
	[['practice', 'flask-502', '/nowhere/host.jsonl'], /does not exist; `runtree practice --list`/],
	[['practice', '--json'], /--json goes with --history or --list\.$/],
	[['practice', 'flask-502', '1', '--live'], /do not go together/],
])('%j is one sentence', async (words, sentence) => {
	const ended = await runtree(words)
	expect(ended).toMatchObject({ code: 2, stdout: '' })
	expect(ended.stderr.trim()).toMatch(sentence)
	expect(ended.stderr.trim().split('\n')).toHaveLength(1)
})

test('the list has numbers, levels and symptoms, and no name that tells the cause', async () => {
	const { code, stdout } = await runtree(['practice', '--list'])
	expect(code).toBe(0)
	expect(stdout).toMatch(/^ {2}1 {2}easy {4}The site answers 502 since last night's maintenance$/m)
	expect(stdout).not.toContain('unit-stopped')
	const json = JSON.parse((await runtree(['practice', '--list', '--json'])).stdout)
	expect(json.scenarios).toHaveLength(stdout.trim().split('\n').length)
	expect(Object.keys(json.scenarios[0])).toEqual(['number', 'difficulty', 'symptom'])
})

test('a scenario that is broken does not break the list', async () => {
	const folder = freshFolder()
	for (const name of ['flask-502', 'flask-502/scenarios']) mkdirSync(join(folder, name), { recursive: true })
	symlinkSync(join(process.cwd(), 'flows/flask-502/flow.yaml'), join(folder, 'flask-502/flow.yaml'))
	writeFileSync(join(folder, 'flask-502/scenarios/unit-stopped.jsonl'), recorded)
	writeFileSync(join(folder, 'flask-502/scenarios/broken.jsonl'), 'nothing')
	const { code, stdout, stderr } = await runtree(['practice', join(folder, 'flask-502/'), '--list'])
	expect(code).toBe(0)
	expect(stdout.trim().split('\n')).toHaveLength(1)
	expect(stderr).toMatch(/broken\.jsonl: This is not a scenario/)
})

describe('without a terminal', () => {
	test('the list is printed and a number asked for; the same input then answers the session', async () => {
		const { code, stdout } = await runtree(['practice', '--speed', '1000'], { input: '1\n\nq\n' })
		expect(stdout).toContain('Which one? A number, [Enter] for 1, q to leave: ')
		expect(stdout).toContain("Reported: The site answers 502 since last night's maintenance")
		expect(stdout).toContain('Found: The client gets 502 Bad Gateway')
		expect(code).toBe(5)
	})

	test('nobody there is one sentence and exit code 5', async () => {
		const ended = await runtree(['practice'])
		expect(ended.code).toBe(5)
		expect(ended.stderr).toMatch(/^runtree: An answer is needed here and nobody is there: [^\n]+\.\n$/)
	})

	test('a quiz gives a card, and the card is kept', async () => {
		const place = freshPlace()
		const words = ['practice', '1', '--quiz', '--speed', '1000']
		const { stdout } = await runtree(words, { place, input: '\n1\n\n\nq\n' })
		expect(stdout).toContain('No score: the cause was not reached.')
		expect(stdout).toMatch(/Next: runtree practice flask-502 2 --quiz\n$/)
		const history = await runtree(['practice', '--history'], { place })
		expect(history.stdout).toMatch(/^date .*\n\d{4}-\d\d-\d\d +- +[01]\/1 .* easy +The site answers 502/)
	})

	test('there is a sentence where there are no cards yet', async () => {
		const { code, stdout } = await runtree(['practice', '--history'])
		expect(code).toBe(0)
		expect(stdout).toBe('There are no score cards yet; `runtree practice --quiz` makes one.\n')
	})
})

test('live practice without podman is one sentence that names docker, too', async () => {
	const bin = freshFolder()
	symlinkSync('/bin/sh', join(bin, 'sh'))
	const ended = await runtree(['practice', '--live'], { env: { PATH: bin } })
	expect(ended).toMatchObject({ code: 4, stdout: '' })
	expect(ended.stderr).toMatch(/^runtree: Live practice [^\n]*docker will not do[^\n]*\n$/)
})

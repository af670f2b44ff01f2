import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/app/exit-codes.ts'
import { parseFlow } from '../../src/flow/parse.ts'
import { sessionEntry } from '../../src/journal/entry.ts'
import { functions, parsers } from '../../src/subjects/catalogue.ts'
import { diagnosisSchema } from '../support/diagnosis-schema.ts'
import { explanationSchema } from '../support/explanation-schema.ts'
import { factsPage } from '../support/facts-page.ts'
import { freshPlace, launcher, root, runtree, shopFlow, shopHost } from '../support/program.ts'

const page = (name: string): string => readFileSync(join(root, name), 'utf8')
/** What stands in backquotes in the first column of a page's tables. */
function firstColumn(text: string): string[] {
	const rows = [...text.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell = '']) => cell)
	return rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word))
}

describe('docs/writing-flows.md', () => {
	const text = page('docs/writing-flows.md')

	const blocks = (key: string): readonly string[] =>
		[...text.matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, yaml = '']) =>
			yaml.startsWith(`format: 2\n${key}: `) ? [yaml] : [],
		)

	test('its flow checks without a word', () => {
		const [flow = ''] = blocks('id')
		expect(parseFlow(flow, 'writing-flows.md', parsers, { functions })).toMatchObject({ ok: true, warnings: [] })
	})

	test('its part can be included', () => {
		const [part = ''] = blocks('part')
		const including = 'include: [{ file: part.yaml, with: { unit: inputs.mount } }]\nstart:'
		const flow = (blocks('id')[0] ?? '').replace('start:', including)
		const include = () => ({ ok: true as const, text: part })
		expect(parseFlow(flow, 'writing-flows.md', parsers, { functions, include })).toMatchObject({
			ok: true,
			flow: { probes: { 'unit-state': { command: 'systemctl show {{inputs.mount}}' } } },
		})
	})

	test('names every function', () => {
		for (const { signature } of functions) expect(text).toContain(`\`${signature.split('(', 1)[0]}\``)
	})
})

test('docs/facts.md is up to date: node test/support/write-facts-page.ts', () => {
	expect(page('docs/facts.md')).toBe(factsPage())
})

test('docs/journal.md describes every type of entry, and no other', () => {
	const types: string[] = sessionEntry.options.map((entry) => entry.unwrap().shape.type.value)
	expect(types.length).toBeGreaterThan(10)
	expect(firstColumn(page('docs/journal.md')).sort()).toEqual(types.sort())
})

test('docs/transcripts.md describes every format', () => {
	const help = execFileSync(process.execPath, [launcher, 'export', '--help'], { encoding: 'utf8' })
	const [, formats = ''] = /choices:\s+([^)]*?)(?:,\s+default|\))/s.exec(help) ?? []
	expect(firstColumn(page('docs/transcripts.md')).sort()).toEqual(
		[...formats.matchAll(/"(\w+)"/g)].map(([, one]) => one).sort(),
	)
})

describe('docs/diagnose-json.md', () => {
	test('describes every field, and no other', () => {
		expect(firstColumn(page('docs/diagnose-json.md')).sort()).toEqual(Object.keys(diagnosisSchema.shape).sort())
	})

	const scenarios = join(root, 'flows/flask-502/scenarios')
	const recorded = readdirSync(scenarios).filter((_, index) => index % 12 === 0)
	test.each([
		...recorded.map((name) => [name, ['flask-502', '--on', `recorded:${join(scenarios, name)}`]] as const),
		['a local host', [shopFlow, '--set', 'folder=FOLDER']] as const,
	])('%s: the document is as described, and agrees with the exit code', async (_, words) => {
		const place = freshPlace()
		const folder = shopHost()
		const ended = await runtree(['diagnose', ...words.map((word) => word.replace('FOLDER', folder)), '--json'], {
			place,
		})
		const document = diagnosisSchema.parse(JSON.parse(ended.stdout))
		const codes = { healthy: 0, cause: 1, inconclusive: 3, unreachable: 4, stopped: 5 }
		expect(ended.code).toBe(codes[document.outcome])
		expect([document.session]).toEqual(place.ids())
		expect(document.cause === null).toBe(document.outcome !== 'cause')
		if (document.confidence === 'proven') expect(document.evidence.length).toBeGreaterThan(0)
		// Every line of evidence is of a command that was run.
		const runs = new Set(document.commands.map(({ run }) => run))
		for (const { run } of document.evidence) expect(runs).toContain(run)
	})
})

test('docs/explain.md describes every field of the document, and no other', () => {
	const text = page('docs/explain.md')
	const table = text.slice(text.indexOf('## The document'))
	expect(firstColumn(table).sort()).toEqual(Object.keys(explanationSchema.shape).sort())
})

describe('README.md', () => {
	const text = page('README.md')

	test('has the exit codes', () => {
		const paragraph = text.slice(text.indexOf('**Exit codes**'), text.indexOf('## What it promises'))
		for (const code of Object.values(exitCodes)) expect(paragraph).toMatch(new RegExp(`\\b${code} [a-z]`))
	})

	test('names only verbs and options that there are', () => {
		const help = (words: readonly string[]): string =>
			execFileSync(process.execPath, [launcher, ...words, '--help'], { encoding: 'utf8' })
		const verbs = new Set([...help([]).matchAll(/^ {2}([a-z]+) /gm)].map(([, verb = '']) => verb))
		const examples = [...text.matchAll(/`runtree ([^`]+)`/g)].map(([, words = '']) => words.split(' '))
		for (const [verb = '', ...words] of examples) {
			if (verb.startsWith('-') || !/^[a-z]+$/.test(verb)) continue
			expect(verbs, verb).toContain(verb)
			for (const option of words.filter((word) => word.startsWith('--')))
				expect(help([verb]), `${verb} ${option}`).toContain(option)
		}
	})

	test('links to files that there are', () => {
		for (const file of ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]) {
			const links = [...page(file).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link)
			for (const link of links)
				expect(() => readdirOrRead(join(root, file, '..', link)), `${file}: ${link}`).not.toThrow()
		}
	})

	test('has screens of 80 columns and at most 24 rows', () => {
		const screens = [...text.matchAll(/```text\n(.*?)\n```/gs)].map(([, screen = '']) => screen.split('\n'))
		expect(screens.length).toBeGreaterThanOrEqual(2)
		for (const lines of screens) {
			expect(lines.length).toBeLessThanOrEqual(24)
			for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80)
		}
	})
})

function readdirOrRead(path: string): void {
	try {
		readFileSync(path)
	} catch {
		readdirSync(path)
	}
}

import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

const root = fileURLToPath(new URL('../', import.meta.url))
const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name)

/** The table of docs/architecture.md: folder to those that it may import. */
function table(): ReadonlyMap<string, readonly string[]> {
	const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
	const section = page.slice(page.indexOf('## Folders'), page.indexOf('## Decisions'))
	const rows = [...section.matchAll(/^\| (`[^|]+`) \| [^|]+ \| ([^|]+) \|$/gm)]
	return new Map(
		rows.flatMap(([, names = '', allowed = '']) =>
			[...names.matchAll(/`(\w+)`/g)].map(([, folder = '']) => [folder, allowedBy(allowed)] as const),
		),
	)
}

function allowedBy(words: string): readonly string[] {
	if (words.startsWith('everything but')) return folders.filter((name) => !words.includes(name))
	if (words.startsWith('app and what it hands over')) return folders.filter((name) => !SCREENS.includes(name))
	// `target (`sanitize.ts`)` is that file alone.
	const whole = words.replace(/\w+ \(`[^`]+`\)/g, '')
	return folders.filter((name) => new RegExp(`\\b${name}\\b`).test(whole))
}

const SCREENS = ['tui', 'plain', 'screen', 'transcript']
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
	'node:child_process': ['target'],
	execa: ['target'],
	xstate: ['machine'],
	ink: ['tui'],
	react: ['tui'],
	commander: ['cli'],
	yaml: ['flow'],
	'@marcbachmann/cel-js': ['flow'],
	re2js: ['flow'],
}

const report = z.object({
	diagnostics: z.array(
		z.object({
			category: z.string(),
			location: z.object({ path: z.unknown(), start: z.object({ line: z.number() }) }),
		}),
	),
})

const place = mkdtempSync(join(tmpdir(), 'runtree-architecture-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Lints planted files, one in each folder below `src`, and gives which of their lines are refused. */
function refusedLines(files: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
	copyFileSync(join(root, 'biome.json'), join(place, 'biome.json'))
	for (const [folder, lines] of files) {
		mkdirSync(join(place, 'src', folder), { recursive: true })
		writeFileSync(join(place, 'src', folder, 'planted.ts'), `${lines.join('\n')}\n`)
	}
	const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
	const { stdout } = spawnSync(
		process.execPath,
		[biome, 'lint', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false', 'src'],
		{ cwd: place, encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'ignore'] },
	)
	const { diagnostics } = report.parse(JSON.parse(stdout))
	const restricted = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports')
	return new Map(
		[...files].map(([folder, lines]) => [
			folder,
			restricted
				.filter(({ location }) => JSON.stringify(location.path).includes(`${join('src', folder)}/planted.ts`))
				.map(({ location }) => lines[location.start.line - 1] ?? '?'),
		]),
	)
}

describe('who may import whom', () => {
	const may = table()
	const other = (folder: string): string[] => folders.filter((name) => name !== folder)
	const lineOf = (folder: string, up = '../'): string => `import { a as ${folder} } from '${up}${folder}/a.ts'`
	const libraryLine = (name: string): string => `import { a as ${name.replace(/\W/g, '')} } from '${name}'`
	const linesOf = (names: readonly string[], libraries: readonly string[], up: string): string[] => [
		...names.map((name) => lineOf(name, up)),
		...libraries.map(libraryLine),
	]
	/** What is planted: in the folder itself, in a folder of it, and beside the folders. */
	const places = folders.flatMap((folder) => [
		{ folder, place: folder, up: '../' },
		{ folder, place: `${folder}/deep`, up: '../../' },
	])
	const libraries = Object.keys(LIBRARIES)
	const refused = refusedLines(
		new Map([
			['.', libraries.map(libraryLine)],
			...places.map(({ folder, place, up }) => [place, linesOf(other(folder), libraries, up)] as const),
		]),
	)

	test('the table has every folder', () => {
		expect([...may.keys()].sort()).toEqual([...folders].sort())
	})

	test.each(places)('lint refuses what $place must not import, and nothing else', ({ folder, place, up }) => {
		const allowed = may.get(folder) ?? []
		const foreign = libraries.filter((name) => !LIBRARIES[name]?.includes(folder))
		const forbidden = linesOf(
			other(folder).filter((name) => !allowed.includes(name)),
			foreign,
			up,
		)
		expect([...(refused.get(place) ?? [])].sort()).toEqual(forbidden.sort())
	})

	test('no library is used beside the folders: a start reads one file', () => {
		expect([...(refused.get('.') ?? [])].sort()).toEqual(libraries.map(libraryLine).sort())
	})
})

test('of another subject only its index.ts can be imported', () => {
	const lines = [
		"import { a } from '../nginx/config.ts'",
		"import { b } from '../catalogue.ts'",
		"import { c } from '../nginx/index.ts'",
		"import { d } from '../../text/parser.ts'",
		"import { e } from './clock.ts'",
		"import { f } from '../../flow/parse.ts'",
	]
	const refused = refusedLines(new Map([['subjects/linux', lines]])).get('subjects/linux')
	expect(new Set(refused)).toEqual(new Set([lines[0], lines[1], lines[5]]))
})

describe('sources', () => {
	const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'src'], { cwd: root, encoding: 'utf8' })
		.trim()
		.split('\n')
		.filter((file) => /\.tsx?$/.test(file))

	test('JSX only where the screen is drawn: Node runs all else as it is', () => {
		expect(sources.filter((file) => file.endsWith('.tsx') && !file.startsWith('src/tui/'))).toEqual([])
	})

	test('no file without a concept', () => {
		const vague = sources.filter((file) => /\b(utils?|helpers?|common|misc|index)\b/.test(file))
		// A subject's index.ts is what it shows of itself.
		expect(vague.filter((file) => !/^src\/subjects\/[^/]+\/index\.ts$/.test(file))).toEqual([])
	})

	test('what is known of one product stands in the folder of its subject', () => {
		const subjects = readdirSync(join(root, 'src/subjects'), { withFileTypes: true }).filter((entry) =>
			entry.isDirectory(),
		)
		const families = subjects.map(({ name }) => name).filter((name) => ['gunicorn', 'php-fpm'].includes(name))
		expect(families).toHaveLength(2)
		for (const family of families) {
			const named = sources.filter((file) => readFileSync(join(root, file), 'utf8').toLowerCase().includes(family))
			const elsewhere = named.filter((file) => !file.startsWith(`src/subjects/${family}/`))
			expect(elsewhere, family).toEqual(['src/subjects/catalogue.ts'])
		}
	})

	test('only the launcher and the terminal end the process or speak to the console', () => {
		const loud = sources.filter((file) => /\bprocess\.exit\(|\bconsole\./.test(readFileSync(join(root, file), 'utf8')))
		expect(loud).toEqual([])
	})
})

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** A family as its author writes it: a folder of subjects, a folder of flows, and its line of the catalogue. */
const PARSER = `import { createFactSheet } from '../../text/fact-sheet.ts'
import { type FactSchema, int, type Parser, string } from '../../text/parser.ts'

const FACTS = {
	used: int('How many bytes of memory are used.'),
	most: int('How many bytes may be used; 0 is no limit.'),
	policy: string('What happens when they are.', { values: ['noeviction', 'allkeys-lru', 'volatile-lru'] }),
} as const satisfies FactSchema

export const redisMemoryParser: Parser = {
	name: 'redis-memory',
	summary: 'the memory of a Redis server (redis-cli info memory)',
	facts: FACTS,
	parse: ({ lines }) => {
		const sheet = createFactSheet()
		for (const line of lines) {
			const [name, value] = line.text.split(':')
			if (name === 'used_memory') sheet.set('used', Number(value), line)
			if (name === 'maxmemory') sheet.set('most', Number(value), line)
			if (name === 'maxmemory_policy') sheet.set('policy', value, line)
		}
		return sheet.parsed()
	},
}
`
const INDEX = `import type { Subject } from '../../text/subject.ts'
import { redisMemoryParser } from './memory.ts'

export const subject: Subject = {
	name: 'redis',
	parsers: [redisMemoryParser],
	outputs: [
		{
			name: 'redis-memory',
			label: "the memory of a Redis server",
			parsers: ['redis-memory'],
			sign: ({ text }) => (/^(?:used_memory|maxmemory(?:_policy)?):\\w+$/.test(text) ? {} : undefined),
		},
	],
	functions: [],
}
`
const FLOW = `format: 2
id: redis-full
title: Redis refuses writes
summary: A Redis server answers OOM command not allowed.
inputs:
  file: { title: Recorded answer, format: path, default: /dev/null }
start: look
probes:
  memory:
    command: cat -- {{inputs.file}}
    parse: { redis-memory: memory }
steps:
  look:
    title: How full is it
    guide: A server without eviction refuses writes when its memory is used up.
    run: [memory]
    branches:
      - cause: [memory-full]
      - { when: memory.used < memory.most, say: There is room., end: healthy }
      - { otherwise: true, ask: Is its memory used up?, say: The answer could not be read. }
      - { choice: "Yes", say: The operator says so., cause: memory-full }
  raise:
    title: Raise the limit
    manual: true
    guide: Raise maxmemory.
    branches:
      - { choice: Done, say: The operator raised it., goto: again }
  again:
    title: Look again
    retest: true
    guide: Only the server's own figures prove it.
    run: [memory]
    branches:
      - { when: memory.used < memory.most, say: There is room now., end: resolved }
      - { otherwise: true, ask: Is there room now?, say: It is still full. }
      - { choice: "Yes", say: The operator says so., end: resolved }
causes:
  memory-full:
    title: Redis has used up its memory
    proof:
      - when: memory.used >= memory.most && memory.most > 0 && memory.policy == "noeviction"
        say: "{{memory.used}} of {{memory.most}} bytes are used, and nothing is evicted."
    why: Without eviction a full server refuses every write.
    remedy: raise
    prevent: Alert on used_memory.
`
const ANSWER = '# Memory\nused_memory:1048600\nmaxmemory:1048576\nmaxmemory_policy:noeviction\n'

interface Called {
	readonly exitCode: number
	readonly stdout: string
	readonly stderr: string
}

let folder = ''
let tree = ''
const answer = (): string => join(folder, 'answer.txt')

/** Calls the program of the copied tree, from its sources. */
function runtree(...words: readonly string[]): Promise<Called> {
	const main = pathToFileURL(join(tree, 'src/main.ts')).href
	const script = `process.exitCode = await (await import(${JSON.stringify(main)})).main(process.argv.slice(1))`
	const env = {
		PATH: process.env.PATH,
		HOME: folder,
		XDG_STATE_HOME: join(folder, 'state'),
		XDG_CACHE_HOME: join(folder, 'cache'),
		NO_COLOR: '1',
	}
	const args = ['--input-type=module', '--eval', script, '--', ...words]
	return new Promise((resolve) => {
		execFile(process.execPath, args, { cwd: tree, env, maxBuffer: 64e6 }, (error, stdout, stderr) => {
			const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
			resolve({ exitCode, stdout, stderr })
		})
	})
}

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'runtree-family-'))
	tree = join(folder, 'tree')
	for (const part of ['src', 'package.json']) cpSync(join(ROOT, part), join(tree, part), { recursive: true })
	symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
	mkdirSync(join(tree, 'src/subjects/redis'))
	writeFileSync(join(tree, 'src/subjects/redis/memory.ts'), PARSER)
	writeFileSync(join(tree, 'src/subjects/redis/index.ts'), INDEX)
	mkdirSync(join(tree, 'flows/redis-full'), { recursive: true })
	writeFileSync(join(tree, 'flows/redis-full/flow.yaml'), FLOW)
	writeFileSync(answer(), ANSWER)
	const catalogue = join(tree, 'src/subjects/catalogue.ts')
	const text = readFileSync(catalogue, 'utf8')
	const listed = text
		.replace(/^import \{ subject as /m, "import { subject as redis } from './redis/index.ts'\n$&")
		.replace(/(readonly Subject\[\] = \[)/, '$1redis, ')
	writeFileSync(catalogue, listed)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a family that nobody has heard of: a folder of subjects, a folder of flows, and its line of the catalogue', () => {
	it('is checked', async () => {
		expect(await runtree('check', 'redis-full')).toMatchObject({
			exitCode: 0,
			stdout: expect.stringContaining('redis-full: ok'),
		})
	})

	it('is diagnosed, with the lines that prove the cause', async () => {
		const { stdout, stderr } = await runtree('diagnose', 'redis-full', '--set', `file=${answer()}`, '--json')
		expect(stderr).not.toContain('Error')
		const diagnosis = JSON.parse(stdout) as { readonly evidence: readonly { readonly text: string }[] }
		expect(diagnosis).toMatchObject({ outcome: 'cause', cause: 'memory-full', confidence: 'proven' })
		expect(diagnosis.evidence.map(({ text }) => text)).toContain('used_memory:1048600')
	})

	it('is written as a guide', async () => {
		const { stdout } = await runtree('guide', 'redis-full')
		expect(stdout).toContain('Redis has used up its memory')
	})

	it('is not found where its flow names a fact that the subject does not tell', async () => {
		const file = join(tree, 'flows/redis-full/flow.yaml')
		writeFileSync(file, FLOW.replace('memory.used >=', 'memory.usd >='))
		const { exitCode, stderr } = await runtree('check', 'redis-full')
		writeFileSync(file, FLOW)
		expect(exitCode).toBe(2)
		expect(stderr).toContain('memory.usd')
	})
})

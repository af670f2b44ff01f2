import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { transcriptOf } from '../../src/app/transcript.ts'
import { JOURNAL_FILE } from '../../src/journal/paths.ts'
import { readJournal } from '../../src/journal/read.ts'
import { createRedactor } from '../../src/journal/redact.ts'
import { freshFolder, freshPlace, root, runtree, trust } from '../support/program.ts'
import { sessionOn, tmpFolder } from '../support/session-kit.ts'
import { flow, otherwise, parse, probe, step } from '../support/small-flow.ts'
import { HARMLESS } from './harmless-lines.ts'
import { PLANTED } from './planted-secrets.ts'

/** How many may be missed: two of 150, as the goal says. */
const missable = Math.floor((PLANTED.length * 2) / 150)

function left(read: (lines: readonly string[]) => string): readonly string[] {
	return PLANTED.filter(({ lines, secrets }) => {
		const text = read(lines)
		return secrets.some((secret) => text.includes(secret))
	}).map(({ kind }) => kind)
}

describe('planted secrets', () => {
	test('there are enough of them', () => {
		expect(PLANTED.length).toBeGreaterThanOrEqual(150)
		expect(new Set(PLANTED.map(({ kind }) => kind)).size).toBe(PLANTED.length)
		expect(HARMLESS.length).toBeGreaterThanOrEqual(70)
	})

	test('are masked in the stream of a command, by a redactor that knows nothing', () => {
		const missed = left((lines) => createRedactor().stream().lines(lines).join('\n'))
		console.info(
			`secrets: ${PLANTED.length - missed.length} of ${PLANTED.length} masked${missed.map((one) => `, not ${one}`).join('')}`,
		)
		expect(missed.length, missed.join(', ')).toBeLessThanOrEqual(missable)
	})

	test('are masked when each line arrives by itself', () => {
		// The end of a key without its beginning is seen only when the lines come together.
		const missed = left((lines) => {
			const stream = createRedactor().stream()
			return lines.flatMap((line) => stream.lines([line])).join('\n')
		})
		expect(missed.length, missed.join(', ')).toBeLessThanOrEqual(missable)
	})

	test('are masked in one text', () => {
		const missed = left((lines) => createRedactor().text(lines.join('\n')))
		expect(missed.length, missed.join(', ')).toBeLessThanOrEqual(missable)
	})
})

describe('harmless lines', () => {
	test('stay as they are, beside secrets too', () => {
		const redactor = createRedactor()
		for (const { lines } of PLANTED) redactor.stream().lines(lines)
		const changed = HARMLESS.filter((line) => redactor.text(line) !== line)
		console.info(`harmless lines: ${changed.length} of ${HARMLESS.length} changed`)
		expect(changed.length, changed.join('\n')).toBeLessThanOrEqual(1)
	})
})

describe('a whole session', () => {
	/** A host whose one file holds every planted secret, and a flow that reads it. */
	const flowOf = (folder: string) =>
		flow(
			[
				step('read', {
					run: [probe(`cat ${folder}/secrets && : {{inputs.api_token}}`, { parse: [parse('unit', 'unit')] })],
					branches: [otherwise('ask:What now?')],
				}),
			],
			[],
			{ inputs: { api_token: { title: 'Token', format: 'text' } } },
		)

	test('no secret is on the disk, in an export, or in what is given out as data; the one of the operator neither', async () => {
		const folder = tmpFolder()
		writeFileSync(join(folder, 'secrets'), PLANTED.flatMap(({ lines }) => [...lines, '--']).join('\n'))
		const token = 'wb'.repeat(7)
		const session = sessionOn(flowOf(folder), { inputs: { api_token: token } })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		session.send({ type: 'note.add', text: `The token ${token} is theirs, in base64 ${btoa(token)}.` })
		const data = JSON.stringify(session.masked(session.snapshot().context))
		await session.close()
		const file = join(session.folder, JOURNAL_FILE)
		const read = await readJournal(file)
		if (!read.ok) throw new Error(read.reason)
		expect(read.entries.some(({ type }) => type === 'command.output')).toBe(true)
		const texts = {
			journal: read.entries
				.map((entry) => (entry.type === 'command.output' ? entry.text : JSON.stringify(entry)))
				.join('\n'),
			data,
			md: transcriptOf(read.entries, 'md'),
			html: transcriptOf(read.entries, 'html'),
			json: transcriptOf(read.entries, 'json'),
			cast: transcriptOf(read.entries, 'cast'),
		}
		for (const [name, text] of Object.entries(texts)) {
			const missed = left(() => text)
			expect(missed.length, `${name}: ${missed.join(', ')}`).toBeLessThanOrEqual(missable)
			expect(text, name).not.toContain(token)
			expect(text, name).not.toContain(btoa(token).slice(0, -3))
		}
	})
})

describe('a secret input, on the command line', () => {
	const flowFile = join(root, 'test/hostile/fixtures/tokens')

	test('stands neither in the report as JSON nor on the disk; `--raw` gives the report with it', async () => {
		const place = freshPlace()
		trust(place.env, join(flowFile, 'flow.yaml'))
		const words = ['diagnose', flowFile, '--set', 'api_token=plainword', '--json']
		const { stdout } = await runtree(words, { place })
		expect(JSON.parse(stdout)).toMatchObject({ inputs: { api_token: '[redacted]' }, outcome: 'inconclusive' })
		expect(stdout).not.toContain('plainword')
		expect(readFileSync(join(place.sessions, place.ids()[0] ?? '', JOURNAL_FILE), 'utf8')).not.toContain('plainword')
		const raw = await runtree([...words, '--raw'], { place })
		expect(JSON.parse(raw.stdout)).toMatchObject({ inputs: { api_token: 'plainword' } })
	})

	test('is asked for again when the session is resumed', async () => {
		const place = freshPlace()
		const cwd = freshFolder()
		cpSync(flowFile, join(cwd, 'flows', 'tokens'), { recursive: true })
		trust(place.env, join(cwd, 'flows', 'tokens', 'flow.yaml'))
		await runtree(['diagnose', 'tokens', '--set', 'api_token=plainword'], { place, cwd })
		const [id = ''] = place.ids()
		const refused = await runtree(['resume', id, '--plain'], { place, cwd })
		expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--set api_token=') })
		const other = await runtree(['resume', id, '--plain', '--set', 'nothing=1'], { place, cwd })
		expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('it lacks: api_token') })
		const resumed = await runtree(['resume', id, '--plain', '--set', 'api_token=plainword'], {
			place,
			cwd,
			input: 'q\n',
		})
		expect(resumed.stderr).not.toContain('--set')
		expect(readFileSync(join(place.sessions, id, JOURNAL_FILE), 'utf8')).not.toContain('plainword')
	})
})

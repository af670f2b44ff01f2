import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { lastWords } from '../../src/plain/last-words.ts'
import { type PlainEnding, runPlain } from '../../src/plain/run-plain.ts'
import { badGateway, type FakeSession, type FakeSessionOptions, fakeSession } from '../support/fake-session.ts'

function collector(): Writable & { text(): string } {
	let text = ''
	const stream = new Writable({
		decodeStrings: false,
		write(chunk: string, _encoding, done) {
			text += chunk
			done()
		},
	})
	return Object.assign(stream, { text: () => text })
}

interface Walked extends FakeSession {
	readonly ending: PlainEnding
	readonly out: string
	readonly err: string
}

/** Walks with these lines on standard input, and nothing after them. */
async function walk(
	answers: readonly string[],
	options: FakeSessionOptions & { glyphs?: 'ascii' | 'unicode' } = {},
): Promise<Walked> {
	const fake = fakeSession(options)
	const stdin = new PassThrough()
	stdin.end(answers.map((line) => `${line}\n`).join(''))
	const [stdout, stderr] = [collector(), collector()]
	const ending = await runPlain(fake.session, {
		stdin,
		stdout,
		stderr,
		evaluator: fake.evaluator,
		columns: 80,
		glyphs: options.glyphs ?? 'unicode',
	})
	return { ...fake, ending, out: stdout.text(), err: stderr.text() }
}

describe('the plain front end', () => {
	test('walks to the end by answers from a pipe', async () => {
		const { ending, out, err, ran, session, evaluator } = await walk(['', '', '', '', '1', '', 'y', '', '', ''])
		expect(ending).toEqual({ left: false, needsAnswer: false })
		expect(err).toBe('')
		expect(ran).toHaveLength(4)
		expect(out).toContain('Flask 502 Bad Gateway on web-1')
		expect(out).toContain('  | HTTP/1.1 502 Bad Gateway\n')
		expect(out).toContain('  evidence, line 1: HTTP/1.1 502 Bad Gateway')
		expect(out).toContain('Found: nginx itself answers 502')
		expect(out).toContain('1. nginx itself answers 502')
		expect(out).toContain('Cause: Gunicorn')
		expect(out).toContain('Run this on web-1?\n$ systemctl start')
		await session.close()
		const words = lastWords(session, evaluator, 'unicode')
		expect(words).toContain('Resolved: the retest no longer shows the fault.')
		expect(words).toContain('Path: Confirm > Service state > Start > Retest')
		expect(words).toContain('undo: systemctl stop')
		expect(words).toContain('Transcript: runtree export')
	})

	test('moves no cursor, and prints each line of output once', async () => {
		const { out } = await walk(['', '', '', '', '', 'y', '', '', ''])
		expect(out.replaceAll('\n', '')).not.toMatch(/\p{Control}/u)
		expect(out.match(/\| HTTP\/1\.1 502 Bad Gateway/g)).toHaveLength(1)
	})

	test('says so in one sentence where an answer is needed and nobody is there', async () => {
		const { ending, err, ran } = await walk([''])
		expect(ending).toEqual({ left: false, needsAnswer: true })
		expect(err.trim().split('\n')).toHaveLength(1)
		expect(err).toContain('An answer is needed here')
		expect(ran).toHaveLength(1)
	})

	test('never takes an empty answer for a yes', async () => {
		const { out, ran } = await walk(['', '', '', '', '1', '', '', '', 'yes'])
		expect(out).toContain('Run this on web-1?')
		expect(ran).toHaveLength(2)
	})

	test("wants the host's name before what is destructive", async () => {
		const before = ['', '', '', '', '2', '']
		expect((await walk([...before, 'y', '', 'web-2'])).ran).toHaveLength(2)
		expect((await walk([...before, 'web-1', 'q'])).ran.at(-1)).toBe('rm -f /run/gunicorn.sock')
	})

	test('takes any branch by its number, notes, and pasted output', async () => {
		const { entries, ran } = await walk(['n', 'called the team', 'p', 'HTTP/1.1 200 OK', '.', '2', 'q'])
		expect(ran).toEqual([])
		expect(entries).toContainEqual(expect.objectContaining({ type: 'note', text: 'called the team' }))
		expect(entries).toContainEqual(expect.objectContaining({ type: 'branch.taken', by: 'operator' }))
	})

	test('runs on to the cause by probes alone', async () => {
		const { out, ran, ending } = await walk(['a', 'q'])
		expect(ran.map((command) => command.split(' ')[0])).toEqual(['curl', 'systemctl'])
		expect(out).toContain('Cause: Gunicorn')
		expect(ending.left).toBe(true)
	})

	test('answers what it does not understand', async () => {
		const { out } = await walk(['x', '9', 'b', 'w', '?', 'q'])
		expect(out).toContain('"x" means nothing here. ? lists the answers.')
		expect(out).toContain('There is no choice 9.')
		expect(out).toContain('This is the first step.')
		expect(out).toContain('Skip the step and choose a branch yourself')
	})

	test('prints ASCII only where the terminal decodes no more', async () => {
		const { out } = await walk(['', '', '', 'q'], { glyphs: 'ascii' })
		expect(out).toContain('x gunicorn.service')
		expect(out).toMatch(/^[\x20-\x7e\n]*$/)
	})
})

test('an interrupt cancels what runs, and leaves when nothing does', async () => {
	const fake = fakeSession({ answers: { curl: [{ ...badGateway, holds: true }] } })
	const stdin = new PassThrough()
	const [stdout, stderr] = [collector(), collector()]
	let interrupt = (): void => {}
	const running = new Promise<void>((resolve) => {
		const end = fake.session.subscribe(() => {
			if (fake.session.snapshot().phase !== 'running') return
			end()
			resolve()
		})
	})
	const ending = runPlain(fake.session, {
		stdin,
		stdout,
		stderr,
		evaluator: fake.evaluator,
		columns: 80,
		glyphs: 'unicode',
		onInterrupt: (listener) => {
			interrupt = listener
			return () => {}
		},
	})
	stdin.write('\n')
	await running
	interrupt()
	await fake.session.whenIdle()
	expect(stdout.text()).toContain('Cancelling. Ctrl-C again leaves.')
	expect(fake.session.snapshot().phase).toBe('deciding')
	interrupt()
	expect(await ending).toEqual({ left: true, needsAnswer: false })
})

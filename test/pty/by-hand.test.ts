import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { shellOn } from '../support/by-hand.ts'
import { freshPlace, launcher, type Place, root } from '../support/program.ts'
import { startPty, whyNoPty } from '../support/pty.ts'

/** A host that runtree does not reach: the operator runs each command there, and pastes what it printed. */

const missing = await whyNoPty()
if (missing !== undefined) console.warn(`skipped: ${missing}`)

const HOST = 'upstream-wrong-port.tcp'
const words = ['run', 'flask-502', '--on', 'manual', '--no-motion']
const cause = 'nginx and Gunicorn use different addresses'

function environmentOf({ env }: Place): Record<string, string> {
	return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])))
}

/** The journal of the one session: nothing ran, all was pasted, and the cause has its evidence. */
function expectWalked(place: Place): void {
	const [id = ''] = place.ids()
	const text = readFileSync(join(place.sessions, id, 'journal.jsonl'), 'utf8')
	const entries = text
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as JournalEntry)
	const ended = new Map(entries.flatMap((entry) => (entry.type === 'command.ended' ? [[entry.run, entry.ending]] : [])))
	const started = entries.flatMap((entry) => (entry.type === 'command.started' ? [entry] : []))
	for (const { run, pasted } of started) expect(ended.get(run)?.kind).toBe(pasted ? 'exited' : 'not-started')
	expect(started.filter(({ pasted }) => pasted).length).toBeGreaterThan(6)
	const named = entries.findLast((entry) => entry.type === 'cause.named')
	expect(named).toMatchObject({ cause: 'upstream-mismatch' })
	const evidence = named?.type === 'cause.named' ? named.evidence.map(({ text: line }) => line).join('\n') : ''
	expect(evidence).toContain('proxy_pass http://127.0.0.1:8001')
	expect(evidence).toContain('--bind 127.0.0.1:8000')
	expect(entries.at(-1)).toMatchObject({ type: 'session.ended', outcome: 'cause' })
}

describe.skipIf(missing !== undefined)('on the full screen, 80 by 24', () => {
	test('a fault is found by pasting', async () => {
		const place = freshPlace()
		const shell = shellOn(HOST)
		const terminal = await startPty({
			file: process.execPath,
			args: [launcher, ...words],
			env: environmentOf(place),
			cwd: root,
		})
		onTestFinished(() => terminal.close())
		const footer = (): string => terminal.screen().at(-1) ?? ''
		/** The command of the page on which output is pasted: all rows between its first one and the count of lines. */
		const wanted = (): string => {
			const lines = terminal.screen()
			const from = lines.findIndex((line) => line.includes('Paste the output of this command'))
			const to = lines.findIndex((line) => line.includes('Nothing pasted yet'))
			return lines
				.slice(from + 1, to)
				.map((line) => line.replace(/^ {3}/, ''))
				.join('')
				.trimEnd()
		}
		const atRest = /Enter (?:give output|go on|open remedy)/
		await terminal.waitFor(() => atRest.test(footer()), { timeoutMs: 30_000 })
		for (let turn = 0; turn < 40 && !footer().includes('open remedy'); turn++) {
			if (footer().includes('Enter go on')) {
				const step = terminal.text()
				terminal.type('\r')
				await terminal.waitFor(() => terminal.text() !== step && atRest.test(footer()))
				continue
			}
			terminal.type('\r')
			await terminal.waitFor('Nothing pasted yet.')
			const printed = await shell.run(wanted())
			terminal.paste(printed)
			await terminal.waitFor(/\d+ lines? so far\./)
			terminal.type('\r')
			await terminal.waitFor(() => atRest.test(footer()))
		}
		expect(terminal.text()).toContain(cause)
		terminal.type('q')
		await terminal.waitFor('y leave')
		terminal.type('y')
		expect(await terminal.exit).toMatchObject({ exitCode: 1 })
		expectWalked(place)
	})
})

describe('in lines', () => {
	test('a fault is found by pasting', async () => {
		const place = freshPlace()
		const shell = shellOn(HOST)
		const child = spawn(process.execPath, [launcher, ...words, '--plain'], {
			cwd: root,
			env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...environmentOf(place) },
		})
		onTestFinished(() => {
			child.kill()
		})
		let said = ''
		let read = 0
		let turns = 0
		const answer = async (): Promise<void> => {
			const scene = said.slice(read)
			if (!/, q leave: $/.test(scene) || turns++ > 60) return
			read = said.length
			if (!scene.includes('[Enter] give output')) {
				child.stdin.write(scene.includes('[Enter] open remedy') ? 'q\n' : '\n')
				return
			}
			// The first command that has no output yet: the only one, or the first of the step.
			const command = /^\$ (.+)$(?!\n {2}\((?:read, exit code|left out))/m.exec(scene)?.[1] ?? ''
			child.stdin.write(`\n${await shell.run(command)}\n.\n`)
		}
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			said += text
			answer().catch((error) => child.kill(error === undefined ? 'SIGTERM' : 'SIGKILL'))
		})
		const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
		expect(said).toContain(`Cause: ${cause}`)
		expect(said).toContain('$ sudo tail -n 200 -- /var/log/nginx/error.log')
		// What was just pasted is not printed again, but for the lines that prove something.
		expect(said).not.toMatch(/^ {2}\| /m)
		expect(said).toMatch(/^ {2}evidence, line \d+: .*111: Connection refused/m)
		expect(code).toBe(1)
		expectWalked(place)
	})
})

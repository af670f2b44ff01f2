import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createEvaluator } from '../../src/flow/conditions.ts'
import type { Flow } from '../../src/flow/flow.ts'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { createSessionFolder, JOURNAL_FILE, newSessionId } from '../../src/journal/paths.ts'
import { type Journal, type JournalOptions, openJournal } from '../../src/journal/writer.ts'
import { type SessionOptions, startSession } from '../../src/session/session.ts'
import type { Session } from '../../src/session/types.ts'
import { createLocalTarget } from '../../src/target/local.ts'
import { createOutputStore } from '../../src/target/output-store.ts'
import type { Target } from '../../src/target/target.ts'
import { cause, choice, flow, otherwise, parse, probe, proof, proves, remedy, step, when } from './small-flow.ts'
import { smallParsers } from './small-parsers.ts'

/** Sessions over real commands on real files in a folder that is gone after the test. */

export const AT = Date.UTC(2026, 10, 21, 3, 12, 5)

export function tmpFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'runtree-test-'))
	onTestFinished(() => {
		chmodSync(folder, 0o700)
		rmSync(folder, { recursive: true, force: true })
	})
	return folder
}

/** A host whose web server answers what `answer` says, and whose unit is in the state that `unit` says. */
export function brokenHost(): string {
	const folder = join(tmpFolder(), 'host')
	mkdirSync(folder)
	writeFileSync(join(folder, 'answer'), 'HTTP/1.1 502 Bad Gateway\nServer: nginx\n')
	writeFileSync(join(folder, 'fine'), 'HTTP/1.1 200 OK\n')
	writeFileSync(join(folder, 'unit'), 'Id=gunicorn.service\nActiveState=failed\n')
	return folder
}

export const hostFlow: Flow = flow(
	[
		step('confirm', {
			run: [probe('cat {{inputs.host}}/answer', { parse: [parse('status', 'response')] })],
			branches: [
				when('response.status == 200', 'end:healthy', 'It answers.'),
				when('response.status == 502', 'step:unit', 'nginx answers {{response.status}}.'),
				otherwise('ask:What did it answer?'),
			],
		}),
		step('unit', {
			run: [probe('cat {{inputs.host}}/unit', { parse: [parse('unit', 'unit')] })],
			branches: [
				proof('stopped'),
				when('unit.active && inputs.host == "x"', 'step:start', 'Start it again.'),
				choice('I will look elsewhere', 'end:inconclusive'),
				otherwise('ask:What now?'),
			],
		}),
		step('start', {
			run: [
				remedy('cp {{inputs.host}}/fine {{inputs.host}}/answer && echo copied', {
					privilege: 'user',
					undo: 'echo broken > {{inputs.host}}/answer',
				}),
			],
			branches: [otherwise('step:retest', 'Now look.')],
		}),
		step('retest', {
			retest: true,
			run: [probe('cat {{inputs.host}}/answer', { parse: [parse('status', 'response')] })],
			branches: [
				when('response.status == 200', 'end:healthy', 'It answers again.'),
				when('response.status == 502', 'step:unit', 'Still 502.'),
				otherwise('ask:What now?'),
			],
		}),
	],
	[
		cause('stopped', ['start'], {
			proof: [proves('!unit.active', 'The unit is {{unit.state}}.')],
			why: 'The unit `gunicorn` is *down*.',
			prevent: 'Enable it.',
		}),
	],
	{
		id: 'host',
		title: 'Host flow',
		inputs: { host: { title: 'Folder', format: 'path' } },
		checklist: [
			{ text: 'The site answers', when: 'response.status == 200', source: [] },
			{ text: 'The unit is active', when: 'unit.active', source: [] },
		],
	},
)

/** A target of this machine that lends nothing. */
export function localTarget(): Target {
	return createLocalTarget({ env: process.env, lend: (use) => use() })
}

export function newJournal(options: Partial<JournalOptions> = {}): Journal {
	const folder = options.folder ?? newFolder()
	const opened = openJournal({ now: () => AT, resume: false, ...options, folder })
	if (!opened.ok) throw new Error(opened.reason)
	onTestFinished(() => opened.journal.close())
	return opened.journal
}

export function newFolder(): string {
	const made = createSessionFolder(
		join(tmpFolder(), 'sessions'),
		newSessionId('host', AT, () => 0.5),
	)
	if (!made.ok) throw new Error(made.reason)
	return made.folder
}

export function sessionOn(of: Flow, options: Partial<SessionOptions> = {}): Session {
	const session = startSession({
		flow: of,
		evaluator: createEvaluator(of, smallParsers),
		target: options.target ?? localTarget(),
		parsers: smallParsers,
		journal: options.journal ?? newJournal(),
		output: createOutputStore(),
		inputs: {},
		mode: 'guided',
		version: '0.0.0',
		clock: () => AT,
		...options,
	})
	onTestFinished(() => session.close())
	return session
}

/** What stands in the file, damaged lines aside. */
export function journaled(folder: string): JournalEntry[] {
	return readFileSync(join(folder, JOURNAL_FILE), 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as JournalEntry)
}

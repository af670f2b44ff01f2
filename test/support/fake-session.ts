import type { CommandEnding } from '../../src/flow/command.ts'
import { createEvaluator, type Evaluator } from '../../src/flow/conditions.ts'
import type { Flow } from '../../src/flow/flow.ts'
import type { SessionEntry } from '../../src/journal/entry.ts'
import { createRedactor } from '../../src/journal/redact.ts'
import type { Journal } from '../../src/journal/writer.ts'
import { startSession } from '../../src/session/session.ts'
import type { Session } from '../../src/session/types.ts'
import { createOutputStore } from '../../src/target/output-store.ts'
import type { Target } from '../../src/target/target.ts'
import type { Parser } from '../../src/text/parser.ts'
import { demoFlow, demoInputs, demoParsers } from './demo-flow.ts'

/** What a command answers. `holds`: it prints, and then runs until it is cancelled or released. */
export interface Answer {
	readonly lines?: readonly string[]
	readonly exitCode?: number
	readonly ending?: CommandEnding
	readonly holds?: true
}

export interface FakeSession {
	readonly session: Session
	readonly evaluator: Evaluator
	/** What was journaled, in order. */
	readonly entries: readonly SessionEntry[]
	/** Commands that were run, in order. */
	readonly ran: readonly string[]
	/** Ends the command that holds. */
	release(): void
	/** Prints more lines from the command that holds. */
	print(lines: readonly string[]): void
}

export interface FakeSessionOptions {
	readonly flow?: Flow
	readonly parsers?: ReadonlyMap<string, Parser>
	readonly inputs?: Readonly<Record<string, string>>
	readonly host?: string
	readonly start?: string
	/** By the beginning of the command's text: the answers, in order; the last one repeats. */
	readonly answers?: Readonly<Record<string, readonly Answer[]>>
}

export const badGateway: Answer = {
	lines: [
		'HTTP/1.1 502 Bad Gateway',
		'Server: nginx/1.24.0 (Ubuntu)',
		'Content-Type: text/html',
		'Content-Length: 166',
		'Connection: keep-alive',
		'',
	],
}
export const works: Answer = { lines: ['HTTP/1.1 200 OK', 'Server: nginx/1.24.0 (Ubuntu)', ''] }
export const unitFailed: Answer = {
	exitCode: 3,
	lines: [
		'× gunicorn.service - Gunicorn serving myapp',
		'     Loaded: loaded (/etc/systemd/system/gunicorn.service; enabled; preset: enabled)',
		'     Active: failed (Result: exit-code) since Fri 2026-11-21 03:12:07 UTC; 4min 12s ago',
		'   Duration: 1.203s',
		'    Process: 812 ExecStart=/srv/myapp/venv/bin/gunicorn --workers 3 --bind unix:/run/gunicorn.sock wsgi:app (code=exited, status=3)',
		'   Main PID: 812 (code=exited, status=3)',
		'        CPU: 412ms',
		'',
		"Nov 21 03:12:06 web-1 gunicorn[812]: ModuleNotFoundError: No module named 'wsgi'",
		'Nov 21 03:12:07 web-1 systemd[1]: gunicorn.service: Main process exited, code=exited, status=3/NOTIMPLEMENTED',
		"Nov 21 03:12:07 web-1 systemd[1]: gunicorn.service: Failed with result 'exit-code'.",
	],
}

const demoAnswers: NonNullable<FakeSessionOptions['answers']> = {
	'curl -sS -o /dev/null -D - --max-time': [badGateway],
	'systemctl status': [unitFailed],
	'systemctl start': [{}],
	'rm -f': [{}],
	'curl -sS -o /dev/null -D - ': [works],
}

/** A real session, machine and journal entries included, on a host that answers from a script. Nothing is executed. */
export function fakeSession({
	flow = demoFlow,
	parsers = demoParsers,
	inputs = demoInputs,
	host = 'web-1',
	start,
	answers = demoAnswers,
}: FakeSessionOptions = {}): FakeSession {
	const entries: SessionEntry[] = []
	const ran: string[] = []
	const asked = new Map<string, number>()
	let held: { end(ending: CommandEnding): void; print(lines: readonly string[]): void } | undefined
	const answerTo = (text: string): Answer => {
		const key = Object.keys(answers).find((prefix) => text.startsWith(prefix))
		if (key === undefined) return { ending: { kind: 'not-started', reason: `${text}: not found.`, durationMs: 1 } }
		const count = asked.get(key) ?? 0
		asked.set(key, count + 1)
		return answers[key]?.[count] ?? answers[key]?.at(-1) ?? {}
	}
	const target: Target = {
		name: 'local',
		host,
		recorded: false,
		run: (command, { signal, onOutput }) => {
			ran.push(command.text)
			const answer = answerTo(command.text)
			const print = (lines: readonly string[]): void => {
				if (lines.length > 0) onOutput({ stream: 'stdout', text: `${lines.join('\n')}\n`, offsetMs: 1 })
			}
			print(answer.lines ?? [])
			if (!answer.holds) {
				return Promise.resolve(answer.ending ?? exited(answer.exitCode ?? 0))
			}
			return new Promise((resolve) => {
				held = { end: resolve, print }
				signal.addEventListener('abort', () => resolve({ kind: 'cancelled', durationMs: 900 }))
			})
		},
		close: async () => {},
	}
	const journal: Journal = {
		folder: '/state/runtree/sessions/2026-11-21-0312-flask-502-k3f9',
		file: '/state/runtree/sessions/2026-11-21-0312-flask-502-k3f9/journal.jsonl',
		redactor: createRedactor(),
		append: (entry) => entries.push(entry),
		output: () => {},
		endOutput: () => {},
		skipOutput: () => {},
		sync: () => {},
		warning: () => undefined,
		close: () => {},
	}
	const evaluator = createEvaluator(flow, parsers)
	const session = startSession({
		flow,
		evaluator,
		target,
		parsers,
		journal,
		output: createOutputStore({ notifyMs: 1 }),
		inputs,
		mode: 'guided',
		version: '0.0.0',
		clock: () => Date.now(),
		...(start === undefined ? {} : { start }),
	})
	return {
		session,
		evaluator,
		entries,
		ran,
		release: () => held?.end(exited(0)),
		print: (lines) => held?.print(lines),
	}
}

function exited(exitCode: number): CommandEnding {
	return { kind: 'exited', exitCode, signal: null, durationMs: 84, heldOpen: false }
}

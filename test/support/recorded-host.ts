import type { CommandEnding } from '../../src/flow/command.ts'
import type { Target } from '../../src/target/target.ts'
import { recording, recordingNames } from './recordings.ts'

/**
 * Hosts of the lab that were broken on purpose, and what their own commands printed: `recordings.ts`.
 * A command of a flow is answered from the recorded command that prints the same; nothing is made up.
 */

export interface RecordedHost extends Target {
	readonly fault: string
	/** What the host is broken by, in the order in which it is found; none of a healthy host. */
	readonly causes: readonly string[]
	readonly inputs: Readonly<Record<string, string>>
	/** Commands that were asked for and never recorded. */
	readonly unanswered: readonly string[]
}

interface Answer {
	readonly stdout: string
	readonly stderr: string
	readonly exitCode: number
}

/** Names of the recorded hosts, `<fault>.<variant>`. */
export function recordedHosts(): readonly string[] {
	return recordingNames()
}

/** Opens one. A command without a recorded answer is not started, so that a walk cannot conclude anything from it. */
export function openRecordedHost(name: string): RecordedHost {
	const { fault, causes, url, unit, answers: bySlug } = recording(name)
	const unanswered: string[] = []
	const answers = new Map<string, Answer>([...bySlug.values()].map((answer) => [answer.command, answer]))
	return {
		fault,
		causes: causes.filter((cause) => cause !== 'healthy'),
		inputs: { url, unit },
		unanswered,
		name: `recorded://${name}`,
		host: 'web1',
		recorded: true,
		run: async ({ text }, { onOutput }): Promise<CommandEnding> => {
			const answer = answerTo(text, (command) => answers.get(command))
			if (answer === undefined) {
				unanswered.push(text)
				return { kind: 'not-started', reason: `Not recorded: ${text}`, durationMs: 0 }
			}
			const { stdout, stderr, exitCode } = answer
			if (stderr !== '') onOutput({ stream: 'stderr', text: stderr, offsetMs: 0 })
			if (stdout !== '') onOutput({ stream: 'stdout', text: stdout, offsetMs: 0 })
			return { kind: 'exited', exitCode, signal: null, durationMs: 0, heldOpen: false }
		},
		close: async () => undefined,
	}
}

/** The recorded answer that this command would have got as well: what it prints differs at most in how far back it goes. */
function answerTo(text: string, recorded: (command: string) => Answer | undefined): Answer | undefined {
	const exact = recorded(text)
	if (exact !== undefined) return exact
	const request = /^curl -sSv? -o \/dev\/null -D - --max-time \d+ (?:--retry.* )?((?:--unix-socket \S+ )?\S+)$/.exec(
		text,
	)
	if (request !== null) return recorded(`curl -sS -o /dev/null -D - --max-time 20 ${request[1]}`)
	const status = /^(systemctl status \S+ --no-pager -l) -n \d+$/.exec(text)
	if (status?.[1] !== undefined) return recorded(`${status[1]} -n 20`) ?? recorded(status[1])
	const tail = /^tail -n \d+ -- (\S+)$/.exec(text)
	if (tail !== null) return recorded(`tail -n 100 ${tail[1]}`)
	if (text.startsWith('{ ls /etc/systemd/system/*.service')) return onlyUnit(recorded)
	// Units that are loaded without a file of their own are not on it.
	if (text.startsWith('systemctl list-units --all')) return recorded('systemctl list-unit-files --no-pager')
	if (text === 'journalctl -u nginx -n 200 --no-pager -o cat') return recorded('journalctl -u nginx -n 50 --no-pager')
	const journal = /^(journalctl -u \S+) -n (\d+) --no-pager( -o short-iso)?$/.exec(text)
	if (journal !== null) {
		const [, command = '', asked = '', format = ''] = journal
		const known = [100, 50].map((lines) => recorded(`${command} -n ${lines} --no-pager${format}`)).find(Boolean)
		return known === undefined ? undefined : lastLines(known, Number(asked))
	}
	// The same columns as on a host whose `ps` knows no units.
	if (text === 'ps -eo pid,ppid,stat,user,group,unit,args || ps aux') return recorded('ps aux')
	// What listens on a host that was recorded at rest listens there three seconds later.
	return text.replace('sleep 3; ', '') === 'ss -ltnxp' ? both(recorded('ss -lxnp'), recorded('ss -ltnp')) : undefined
}

/** All units that may run the application: known where the host's list of units has exactly one of them. */
function onlyUnit(recorded: (command: string) => Answer | undefined): Answer | undefined {
	const names = recorded('systemctl list-unit-files --no-pager')?.stdout.match(/^\S+\.service/gm) ?? []
	const ours = names.filter((name) => /gunicorn|myapp|shop|flask|wsgi/.test(name))
	const [unit] = ours
	return unit === undefined || ours.length > 1 ? undefined : recorded(`systemctl cat ${unit.replace('.service', '')}`)
}

/** One command that lists what two recorded ones list. */
function both(first: Answer | undefined, second: Answer | undefined): Answer | undefined {
	if (first === undefined || second === undefined) return undefined
	return {
		stdout: first.stdout + second.stdout,
		stderr: first.stderr + second.stderr,
		exitCode: first.exitCode || second.exitCode,
	}
}

function lastLines(journal: Answer, asked: number): Answer {
	const lines = journal.stdout.replace(/\n$/, '').split('\n')
	return { ...journal, stdout: `${lines.slice(-asked).join('\n')}\n` }
}

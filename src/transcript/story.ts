import type { Effect, Privilege } from '../flow/command.ts'
import type { JournalEntry, SessionStarted } from '../journal/entry.ts'
import type { Change, CheckedItem, Evidence, SessionOutcome } from '../machine/types.ts'
import { sanitizeText } from '../target/sanitize.ts'
import { changeTexts } from '../text/every-text.ts'

/** A journal as a document tells it. All texts are printable: a journal is a file, and files can be forged. */
export interface Story {
	readonly session: string
	readonly flow: SessionStarted['flow']
	readonly runtree: string
	readonly target: string
	readonly host: string
	readonly recorded: boolean
	readonly mode: SessionStarted['mode']
	/** As they were at the end. */
	readonly inputs: Readonly<Record<string, string>>
	/** ISO 8601 UTC. */
	readonly startedAt: string
	readonly endedAt: string
	readonly durationMs: number
	/** Absent when the session broke off. */
	readonly outcome?: SessionOutcome
	readonly causes: readonly StoryCause[]
	readonly changes: readonly Change[]
	/** As it was at the end; empty when the session broke off. */
	readonly checklist: readonly CheckedItem[]
	readonly events: readonly StoryEvent[]
}

export interface StoryCause {
	readonly cause: string
	readonly title: string
	readonly say: string
	readonly mended: boolean
	/** Empty in journals that do not tell it. */
	readonly why: string
	readonly prevent: string
	readonly evidence: readonly Evidence[]
}

export interface StoryLine {
	readonly number: number
	readonly stream: 'stdout' | 'stderr'
	readonly text: string
	/** Milliseconds since the command was started. */
	readonly offsetMs: number
	readonly evidence: boolean
}

export interface StoryCommand {
	readonly kind: 'command'
	readonly at: string
	readonly run: string
	readonly step: string
	readonly command: string
	readonly effect: Effect
	readonly privilege: Privilege
	readonly pasted: boolean
	readonly edited: boolean
	readonly undo?: string
	/** Absent when the session broke off before it ended. */
	readonly ending?: {
		readonly kind: string
		readonly text: string
		readonly exitCode: number | null
		readonly durationMs: number
	}
	readonly output: readonly StoryLine[]
	/** Lines that the journal does not have. */
	readonly dropped: number
}

export type StoryEvent =
	| {
			readonly kind: 'step'
			readonly at: string
			readonly step: string
			readonly title: string
			readonly back: boolean
	  }
	| StoryCommand
	| {
			readonly kind: 'finding'
			readonly at: string
			readonly say: string
			readonly supported: boolean
			readonly evidence: readonly Evidence[]
	  }
	| { readonly kind: 'cause'; readonly at: string; readonly cause: string; readonly title: string }
	| { readonly kind: 'confirmed' | 'declined'; readonly at: string; readonly command: string }
	| { readonly kind: 'note'; readonly at: string; readonly text: string }
	/** Said in one sentence: a step skipped, a command left out, an input changed, the session taken up again. */
	| { readonly kind: 'remark'; readonly at: string; readonly text: string }

/** Tells the story of a journal. Total; the first entry must be the session's begin. */
export function storyOf(journal: readonly JournalEntry[]): Story | undefined {
	const [first] = journal
	if (first?.type !== 'session.started') return undefined
	const started = changeTexts(first, sanitizeText)
	const teller = newTeller(evidenceLines(journal))
	let last = started.at
	for (const entry of journal) {
		teller.take(entry)
		last = entry.at
	}
	const told = teller.told()
	return {
		session: started.session,
		flow: started.flow,
		runtree: started.runtree,
		target: started.target,
		host: started.host,
		recorded: started.recorded,
		mode: started.mode,
		startedAt: started.at,
		endedAt: last,
		durationMs: Math.max(0, Date.parse(last) - Date.parse(started.at)) || 0,
		...told,
		inputs: { ...started.inputs, ...told.inputs },
	}
}

/** Numbers of the lines that proved something, by run. */
function evidenceLines(journal: readonly JournalEntry[]): ReadonlyMap<string, ReadonlySet<number>> {
	const lines = new Map<string, Set<number>>()
	for (const entry of journal) {
		const evidence =
			entry.type === 'finding' ? entry.finding.evidence : entry.type === 'cause.named' ? entry.evidence : []
		for (const { run, line } of evidence) {
			const known = lines.get(run) ?? new Set()
			lines.set(run, known.add(line))
		}
	}
	return lines
}

type OpenCommand = { -readonly [Key in keyof StoryCommand]: StoryCommand[Key] } & { output: StoryLine[] }

function newTeller(evidence: ReadonlyMap<string, ReadonlySet<number>>) {
	const events: StoryEvent[] = []
	const commands = new Map<string, OpenCommand>()
	const causes = new Map<string, StoryCause>()
	let inputs: Record<string, string> = {}
	let ended: Extract<JournalEntry, { readonly type: 'session.ended' }> | undefined
	let lastSay = ''

	const take = (raw: JournalEntry): void => {
		if (raw.type === 'command.output') {
			output(raw)
			return
		}
		if (raw.type === 'facts' || raw.type === 'decision' || raw.type === 'branch.taken') return
		const entry = changeTexts(raw, sanitizeText)
		const { at } = entry
		switch (entry.type) {
			case 'step.entered':
				events.push({ kind: 'step', at, step: entry.step, title: entry.title, back: entry.back === true })
				break
			case 'command.started': {
				const command: OpenCommand = {
					kind: 'command',
					at,
					run: entry.run,
					step: entry.step,
					command: entry.command,
					effect: entry.effect,
					privilege: entry.privilege,
					pasted: entry.pasted,
					edited: entry.edited === true,
					output: [],
					dropped: 0,
					...(entry.undo === undefined ? {} : { undo: entry.undo }),
				}
				commands.set(entry.run, command)
				events.push(command)
				break
			}
			case 'command.output-dropped': {
				const command = commands.get(entry.run)
				if (command !== undefined) command.dropped += entry.lines
				break
			}
			case 'command.ended': {
				const command = commands.get(entry.run)
				const { ending } = entry
				if (command === undefined) break
				command.ending = {
					kind: ending.kind,
					text: endingText(ending),
					exitCode: ending.kind === 'exited' ? ending.exitCode : null,
					durationMs: ending.durationMs,
				}
				break
			}
			case 'finding': {
				const { say, supported, evidence: lines } = entry.finding
				lastSay = say
				events.push({ kind: 'finding', at, say, supported, evidence: lines })
				break
			}
			case 'cause.named': {
				const { cause, title, why, prevent } = entry
				causes.set(cause, { cause, title, say: lastSay, mended: false, why, prevent, evidence: entry.evidence })
				events.push({ kind: 'cause', at, cause, title })
				break
			}
			case 'confirmed':
			case 'declined':
				events.push({ kind: entry.type, at, command: entry.command })
				break
			case 'note':
				events.push({ kind: 'note', at, text: entry.text })
				break
			case 'input.changed':
				inputs = { ...inputs, [entry.name]: entry.value }
				events.push({ kind: 'remark', at, text: `The input ${entry.name} is now ${entry.value}.` })
				break
			case 'skipped':
				events.push({ kind: 'remark', at, text: 'The step was skipped.' })
				break
			case 'command.left-out':
				events.push({ kind: 'remark', at, text: `Command ${entry.index + 1} was left out: ${entry.reason}.` })
				break
			case 'session.resumed':
				ended = undefined
				events.push({ kind: 'remark', at, text: resumedText(entry) })
				break
			case 'session.ended':
				ended = entry
				break
		}
	}

	const output = (entry: Extract<JournalEntry, { readonly type: 'command.output' }>): void => {
		const command = commands.get(entry.run)
		if (command === undefined) return
		const marked = evidence.get(entry.run)
		const lines = sanitizeText(entry.text).split('\n')
		if (lines.at(-1) === '') lines.pop()
		for (const text of lines) {
			const number = command.output.length + command.dropped + 1
			const { stream, offsetMs } = entry
			command.output.push({ number, stream, text, offsetMs, evidence: marked?.has(number) === true })
		}
	}

	const told = () => {
		const outcomes = new Map(ended?.causes.map((cause) => [cause.cause, cause]))
		const changes = ended?.changes ?? changesOf(commands.values())
		return {
			events,
			inputs,
			changes,
			checklist: ended?.checklist ?? [],
			causes: [...causes.values()].map((cause) => ({ ...cause, mended: outcomes.get(cause.cause)?.mended === true })),
			...(ended === undefined ? {} : { outcome: ended.outcome }),
		}
	}

	return { take, told }
}

function changesOf(commands: Iterable<StoryCommand>): readonly Change[] {
	return [...commands]
		.filter(({ effect, ending }) => effect !== 'read' && ending?.kind !== 'not-started')
		.map(({ step, run, command, ending, undo }) => ({
			step,
			run,
			command,
			ending: (ending?.kind ?? 'disconnected') as Change['ending'],
			exitCode: ending?.exitCode ?? null,
			...(undo === undefined ? {} : { undo }),
		}))
}

function resumedText({ interrupted }: Extract<JournalEntry, { readonly type: 'session.resumed' }>): string {
	if (interrupted === undefined) return 'The session had broken off and was taken up again.'
	return `The session had broken off and was taken up again. How this command ended is unknown: ${interrupted.command}`
}

function endingText(ending: Extract<JournalEntry, { readonly type: 'command.ended' }>['ending']): string {
	switch (ending.kind) {
		case 'exited':
			if (ending.signal !== null) return `ended by ${ending.signal}`
			return ending.exitCode === null ? 'exit code unknown' : `exit code ${ending.exitCode}`
		case 'timed-out':
			return 'timed out'
		case 'cancelled':
			return 'cancelled'
		case 'not-started':
			return `not started: ${ending.reason}`
		case 'disconnected':
			return `connection lost: ${ending.reason}`
	}
}

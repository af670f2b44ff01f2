import type { JournalEntry } from '../journal/entry.ts'
import { type StoryCommand, type StoryEvent, storyOf } from './story.ts'
import { verdictOf } from './words.ts'

/** Longest pause of a recording, seconds: a person thought for minutes, and nobody wants to watch that. */
const LONGEST_PAUSE = 2

/**
 * The commands and their output as an asciicast v2 recording (https://docs.asciinema.org/manual/asciicast/v2/).
 * Empty when the entries do not begin with a session.
 */
export function castOf(entries: readonly JournalEntry[]): string {
	const story = storyOf(entries)
	if (story === undefined) return ''
	const header = {
		version: 2,
		width: 100,
		height: 30,
		timestamp: Math.floor(Date.parse(story.startedAt) / 1000) || 0,
		title: story.flow.title,
		idle_time_limit: LONGEST_PAUSE,
	}
	const beginning = Date.parse(story.startedAt)
	const frames = story.events
		.flatMap((event) => framesOf(event, beginning))
		.concat({ at: Date.parse(story.endedAt) - beginning, text: `\n# ${verdictOf(story)}\n` })
	let shown = 0
	let before = 0
	const lines = frames.map(({ at, text }) => {
		// Commands may overlap in a journal (a cancelled one ends late), but a recording goes forward only.
		shown += Math.min(Math.max(0, at - before) / 1000, LONGEST_PAUSE)
		before = Math.max(before, at)
		return JSON.stringify([Number(shown.toFixed(3)), 'o', text.replaceAll('\n', '\r\n')])
	})
	return `${[JSON.stringify(header), ...lines].join('\n')}\n`
}

interface CastFrame {
	/** Milliseconds since the session began. */
	readonly at: number
	readonly text: string
}

function framesOf(event: StoryEvent, beginning: number): CastFrame[] {
	const at = Date.parse(event.at) - beginning
	switch (event.kind) {
		case 'step':
			return [{ at, text: `\n# ${event.title}\n` }]
		case 'command':
			return commandFrames(event, at)
		case 'finding':
			return [{ at, text: `# ${event.say}\n` }]
		case 'cause':
			return [{ at, text: `# Cause: ${event.title}\n` }]
		case 'confirmed':
			return [{ at, text: '# confirmed\n' }]
		case 'declined':
			return [{ at, text: `# declined: ${event.command}\n` }]
		case 'note':
		case 'remark':
			return [{ at, text: `# ${event.text}\n` }]
	}
}

function commandFrames(command: StoryCommand, at: number): CastFrame[] {
	const frames: CastFrame[] = [{ at, text: `${command.privilege === 'root' ? '#' : '$'} ${command.command}\n` }]
	let piece: string[] = []
	let offset = command.output[0]?.offsetMs ?? 0
	const flush = (): void => {
		if (piece.length > 0) frames.push({ at: at + offset, text: `${piece.join('\n')}\n` })
		piece = []
	}
	let expected = 1
	for (const line of command.output) {
		if (line.offsetMs !== offset) flush()
		offset = line.offsetMs
		if (line.number > expected) piece.push(`… ${line.number - expected} lines left out`)
		piece.push(line.text)
		expected = line.number + 1
	}
	flush()
	const end = at + (command.ending?.durationMs ?? offset)
	if (command.ending !== undefined && command.ending.exitCode !== 0) {
		frames.push({ at: end, text: `# ${command.ending.text}\n` })
	}
	return frames
}

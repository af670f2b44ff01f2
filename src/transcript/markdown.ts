import type { JournalEntry } from '../journal/entry.ts'
import type { Evidence } from '../machine/types.ts'
import { sanitizeText } from '../target/sanitize.ts'
import { type Story, type StoryCause, type StoryCommand, type StoryEvent, storyOf } from './story.ts'
import { commandText, count, durationText, foldOutput, timeText, verdictOf } from './words.ts'

/**
 * The session as a Markdown document (GitHub's dialect). Nothing that a host printed can end a block, start markup or
 * carry an escape sequence. Empty when the entries do not begin with a session.
 */
export function markdownOf(entries: readonly JournalEntry[]): string {
	const story = storyOf(entries)
	if (story === undefined) return ''
	const sections = [
		heading(story),
		...story.causes.map(causeSection),
		changesSection(story),
		notesSection(story),
		checklistSection(story),
		timeline(story),
		exportSection(story),
	]
	return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function heading(story: Story): string {
	const inputs = Object.entries(story.inputs).map(([name, value]) => `- Input ${inline(name)}: ${code(value)}`)
	return [
		`# ${inline(story.flow.title)}`,
		'',
		`**${inline(verdictOf(story))}**`,
		'',
		`- Host: ${code(story.host)}${story.recorded ? ' (recorded: nothing was executed)' : ''}`,
		`- Target: ${code(story.target)}`,
		`- Started: ${timeText(story.startedAt)}`,
		`- Took: ${durationText(story.durationMs)}`,
		`- Flow: ${code(story.flow.id)}, ${code(story.flow.hash.slice(0, 12))}`,
		`- Session: ${code(story.session)}, runtree ${inline(story.runtree)}, ${inline(story.mode)}`,
		...inputs,
	].join('\n')
}

function causeSection(cause: StoryCause): string {
	return [
		`## Cause: ${inline(cause.title)}${cause.mended ? ' (mended)' : ''}`,
		paragraph(cause.say),
		evidenceBlock(cause.evidence),
		cause.why === '' ? '' : `**Why.** ${paragraph(cause.why)}`,
		cause.prevent === '' ? '' : `**To prevent it.** ${paragraph(cause.prevent)}`,
	]
		.filter((part) => part !== '')
		.join('\n\n')
}

function changesSection({ changes }: Story): string {
	if (changes.length === 0) return '## What was changed\n\nNothing.'
	const items = changes.map(({ command, ending, exitCode, undo }) => {
		const ended = ending === 'exited' ? `exit code ${exitCode ?? 'unknown'}` : ending
		const back = undo === undefined ? 'No undo is known.' : `To take it back: ${code(undo)}`
		return `- ${code(command)} (${ended}). ${back}`
	})
	return ['## What was changed', '', ...items].join('\n')
}

function notesSection({ events }: Story): string {
	const notes = events.flatMap((event) => (event.kind === 'note' ? [event] : []))
	if (notes.length === 0) return ''
	return ['## Notes', '', ...notes.map(({ at, text }) => `- ${clock(at)} ${inline(text)}`)].join('\n')
}

function checklistSection({ checklist }: Story): string {
	if (checklist.length === 0) return ''
	const items = checklist.map(({ text, state, reason }) => {
		const box = state === true ? '[x]' : '[ ]'
		const words = state === true ? '' : state === false ? ' (no)' : ` (not known${reason ? `: ${inline(reason)}` : ''})`
		return `- ${box} ${inline(text)}${words}`
	})
	return ['## Checklist', '', ...items].join('\n')
}

function timeline({ events }: Story): string {
	const legend = 'Times are UTC. In outputs `▸` marks evidence and `!` standard error.'
	return ['## Timeline', legend, ...events.map(eventText).filter((text) => text !== '')].join('\n\n')
}

function eventText(event: StoryEvent): string {
	const at = clock(event.at)
	switch (event.kind) {
		case 'step':
			return `### ${at} ${inline(event.title)}${event.back ? ' (back)' : ''}`
		case 'command':
			return commandBlock(event)
		case 'finding': {
			const by = event.supported ? 'Finding' : 'Chosen by the operator, not supported by the evidence'
			return [`${at} **${by}:** ${inline(event.say)}`, evidenceBlock(event.evidence)].filter(Boolean).join('\n\n')
		}
		case 'cause':
			return `${at} **Cause:** ${inline(event.title)}`
		case 'confirmed':
			return `${at} The operator confirmed ${code(event.command)}.`
		case 'declined':
			return `${at} The operator declined ${code(event.command)}.`
		case 'note':
			return `${at} **Note:** ${inline(event.text)}`
		case 'remark':
			return `${at} ${inline(event.text)}`
	}
}

function commandBlock(command: StoryCommand): string {
	const parts = [`${clock(command.at)} ${inline(commandText(command))}`, fenced('sh', command.command)]
	if (command.output.length > 0) parts.push(fenced('text', outputText(command)))
	return parts.join('\n\n')
}

function outputText(command: StoryCommand): string {
	const shown = foldOutput(command)
	const gutter = command.output.some((line) => line.evidence || line.stream === 'stderr')
	return shown
		.map((line) => {
			if ('leftOut' in line) return `… ${count(line.leftOut, 'line', 'lines')} left out`
			if (!gutter) return line.text
			return `${line.evidence ? '▸' : ' '}${line.stream === 'stderr' ? '!' : ' '} ${line.text}`
		})
		.join('\n')
}

function evidenceBlock(evidence: readonly Evidence[]): string {
	if (evidence.length === 0) return ''
	return fenced('text', evidence.map(({ line, text }) => `line ${line}: ${text}`).join('\n'))
}

function exportSection({ session }: Story): string {
	return [
		'## This document',
		'',
		`Made from the journal of the session. Other forms: ${code(`runtree export ${session} --format html`)}`,
		'(or `json`, `cast`). Secrets were redacted before they were written; read it before you share it.',
	].join('\n')
}

function clock(at: string): string {
	return `\`${at.slice(11, 19)}\``
}

/** Text on one line, with no character that Markdown or HTML takes for markup. */
export function inline(text: string): string {
	return sanitizeText(text)
		.replace(/\s*\n\s*/g, ' ')
		.trim()
		.replace(/[\\`*[\]<>&|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
		.replace(/^(?:[#+=-]|\d{1,9}(?=[.)]))/, (mark) => (/\d/.test(mark) ? mark : `\\${mark}`))
		.replace(/^(\d{1,9})([.)])/, '$1\\$2')
}

/** Lines stay lines, and none of them starts a list, a heading or a quotation. */
function paragraph(text: string): string {
	return sanitizeText(text)
		.trim()
		.split('\n')
		.map((line) => inline(line))
		.join('\n')
}

/** A code span. Its fence is longer than any run of backticks in it. */
function code(text: string): string {
	const line = sanitizeText(text).replace(/\s*\n\s*/g, ' ')
	if (line.trim() === '') return '(empty)'
	const fence = '`'.repeat(longestRun(line) + 1)
	const pad = /^[` ]|[` ]$/.test(line) ? ' ' : ''
	return `${fence}${pad}${line}${pad}${fence}`
}

function fenced(language: string, text: string): string {
	const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
	return `${fence}${language}\n${sanitizeText(text)}\n${fence}`
}

function longestRun(text: string): number {
	let longest = 0
	for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length)
	return longest
}

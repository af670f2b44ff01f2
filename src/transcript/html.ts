import type { JournalEntry } from '../journal/entry.ts'
import type { Evidence } from '../machine/types.ts'
import { type Story, type StoryCommand, type StoryEvent, storyOf } from './story.ts'
import { commandText, count, durationText, type FoldedLine, foldOutput, timeText, verdictOf } from './words.ts'

/**
 * The session as one HTML file: no scripts, nothing loaded from elsewhere, and a policy that forbids both.
 * Empty when the entries do not begin with a session.
 */
export function htmlOf(entries: readonly JournalEntry[]): string {
	const story = storyOf(entries)
	if (story === undefined) return ''
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(story.flow.title)}: ${escaped(story.session)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${[header(story), ...causes(story), changes(story), checklist(story), timeline(story)].filter(Boolean).join('\n')}
<p class="foot">Made by runtree ${escaped(story.runtree)} from the journal of the session. Secrets were redacted before they were written; read it before you share it.</p>
</main>
</body>
</html>
`
}

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --mark: #e8a30033; --soft: #8881 }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 }
main { max-width: 60rem; margin: auto; padding: 1.5rem }
h1, h2, h3 { line-height: 1.2 } h3 { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: 1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dt { opacity: .7 } dd { margin: 0 }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; border-radius: 4px; margin: .4rem 0 }
code, pre { font: 13px/1.45 ui-monospace, monospace }
.verdict { font-size: 1.2rem; font-weight: 600 } .say { border-left: 3px solid var(--line); padding-left: .8rem }
.evidence { background: var(--mark); font-weight: 600 } .stderr { font-style: italic } .fold, time, .foot { opacity: .65 }
@media print { pre { white-space: pre-wrap } }
`

function header(story: Story): string {
	const rows: readonly (readonly [string, string])[] = [
		['Host', `${story.host}${story.recorded ? ' (recorded: nothing was executed)' : ''}`],
		['Target', story.target],
		['Started', timeText(story.startedAt)],
		['Took', durationText(story.durationMs)],
		['Flow', `${story.flow.id} ${story.flow.hash.slice(0, 12)}`],
		['Session', story.session],
		...Object.entries(story.inputs).map(([name, value]) => [`Input ${name}`, value] as const),
	]
	return `<h1>${escaped(story.flow.title)}</h1>
<p class="verdict">${escaped(verdictOf(story))}</p>
<dl>
${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n')}
</dl>`
}

function causes(story: Story): string[] {
	return story.causes.map((cause) => {
		const why = cause.why === '' ? '' : `<p><b>Why.</b> ${escaped(cause.why)}</p>`
		const prevent = cause.prevent === '' ? '' : `<p><b>To prevent it.</b> ${escaped(cause.prevent)}</p>`
		return `<h2>Cause: ${escaped(cause.title)}${cause.mended ? ' (mended)' : ''}</h2>
<p>${escaped(cause.say)}</p>
${evidence(cause.evidence)}
${why}
${prevent}`
	})
}

function changes({ changes: made }: Story): string {
	if (made.length === 0) return '<h2>What was changed</h2>\n<p>Nothing.</p>'
	const items = made.map(({ command, ending, exitCode, undo }) => {
		const ended = ending === 'exited' ? `exit code ${exitCode ?? 'unknown'}` : ending
		const back = undo === undefined ? 'No undo is known.' : `To take it back: <code>${escaped(undo)}</code>`
		return `<li><code>${escaped(command)}</code> (${escaped(ended)}). ${back}</li>`
	})
	return `<h2>What was changed</h2>\n<ul>\n${items.join('\n')}\n</ul>`
}

function checklist({ checklist: items }: Story): string {
	if (items.length === 0) return ''
	const rows = items.map(({ text, state, reason }) => {
		const mark = state === true ? '✓ yes' : state === false ? '✗ no' : `? not known${reason ? `: ${reason}` : ''}`
		return `<li>${escaped(text)} <b>${escaped(mark)}</b></li>`
	})
	return `<h2>Checklist</h2>\n<ul>\n${rows.join('\n')}\n</ul>`
}

function timeline({ events }: Story): string {
	return `<h2>Timeline (UTC)</h2>\n${events.map(event).join('\n')}`
}

function event(told: StoryEvent): string {
	const at = `<time datetime="${escaped(told.at)}">${escaped(told.at.slice(11, 19))}</time>`
	switch (told.kind) {
		case 'step':
			return `<h3>${at} ${escaped(told.title)}${told.back ? ' (back)' : ''}</h3>`
		case 'command':
			return `<p>${at} ${escaped(commandText(told))}</p>\n<pre><code>${escaped(told.command)}</code></pre>\n${output(told)}`
		case 'finding': {
			const by = told.supported ? 'Finding' : 'Chosen by the operator, not supported by the evidence'
			return `<p class="say">${at} <b>${by}:</b> ${escaped(told.say)}</p>\n${evidence(told.evidence)}`
		}
		case 'cause':
			return `<p class="say">${at} <b>Cause:</b> ${escaped(told.title)}</p>`
		case 'confirmed':
			return `<p>${at} The operator confirmed <code>${escaped(told.command)}</code>.</p>`
		case 'declined':
			return `<p>${at} The operator declined <code>${escaped(told.command)}</code>.</p>`
		case 'note':
			return `<p>${at} <b>Note:</b> ${escaped(told.text)}</p>`
		case 'remark':
			return `<p>${at} ${escaped(told.text)}</p>`
	}
}

function output(command: StoryCommand): string {
	if (command.output.length === 0) return ''
	const shown = foldOutput(command)
	const folded = shown.some((line) => 'leftOut' in line)
	const block = pre(shown)
	if (!folded) return block
	const all = count(command.output.length, 'line', 'lines')
	return `${block}\n<details><summary>All ${all} of the journal</summary>\n${pre(command.output)}\n</details>`
}

function pre(lines: readonly FoldedLine[]): string {
	const rows = lines.map((line) => {
		if ('leftOut' in line) return `<span class="fold">… ${count(line.leftOut, 'line', 'lines')} left out</span>`
		const classes = [line.evidence ? 'evidence' : '', line.stream === 'stderr' ? 'stderr' : ''].filter(Boolean)
		return classes.length === 0 ? escaped(line.text) : `<span class="${classes.join(' ')}">${escaped(line.text)}</span>`
	})
	return `<pre>${rows.join('\n')}</pre>`
}

function evidence(lines: readonly Evidence[]): string {
	if (lines.length === 0) return ''
	return `<pre>${lines.map(({ line, text }) => `line ${line}: ${escaped(text)}`).join('\n')}</pre>`
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

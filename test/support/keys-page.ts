import { intents, type KeyContext, keyLabels, keymap } from '../../src/screen/keymap.ts'

const places: Readonly<Record<KeyContext, string>> = {
	ready: 'A step that is ready',
	running: 'While a command runs',
	deciding: 'Branches',
	cause: 'A cause',
	told: 'A quiz, after an answer',
	chooser: 'Choosing a recorded host',
	confirming: 'The question before a change',
	'typing-host': 'The question before a destructive command',
	ended: 'The end',
	page: 'Help, guide and why',
	output: 'The output on the whole screen',
	map: 'The map',
	inputs: 'The inputs',
	field: 'Typing',
	paste: 'Pasting output',
	quit: 'Leaving',
}

/** The keys as a page of documentation, in Markdown: one table for each place. */
export function keysPage(): string {
	const sections = (Object.keys(places) as KeyContext[]).map((context) => {
		const rows = intents
			.filter((intent) => keymap[intent].when.includes(context))
			.map((intent) => `| ${keyLabels(intent, true)} | ${keymap[intent].help} |`)
		return [`## ${places[context]}`, '', '| key | what it does |', '| --- | --- |', ...rows].join('\n')
	})
	return `# Keys\n\nMade from \`src/screen/keymap.ts\`. The same table is behind the footer and the help (\`?\`).\n\n${sections.join('\n\n')}\n`
}

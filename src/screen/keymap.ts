import type { WalkEvent } from '../machine/types.ts'

/**
 * The one table of keys. What a key does, the footer, the help, the plain front end's prompts and the documentation are
 * all read from here; whether it may be done now comes from the machine (`model.actions`).
 */

/** What the screen stands in: a phase of the walk, or something laid over it. */
export type KeyContext =
	| 'ready'
	| 'confirming'
	| 'typing-host'
	| 'running'
	| 'deciding'
	| 'cause'
	| 'told'
	| 'ended'
	| 'chooser'
	| 'page'
	| 'output'
	| 'map'
	| 'inputs'
	| 'field'
	| 'paste'
	| 'quit'

/** A key by name: a printable character as itself, others in words (`enter`, `ctrl+c`, `page-up`). */
export type KeyName = string

export interface Binding {
	readonly keys: readonly KeyName[]
	/** As the footer says it: a verb, one or two words. */
	readonly label: string
	/** One line for the help. */
	readonly help: string
	/** Place in the footer, the lowest first; absent: only in the help. */
	readonly footer?: number
	readonly when: readonly KeyContext[]
	/** The event it sends. It can be done only while the machine offers that event. */
	readonly sends?: WalkEvent['type']
	/** Only a key pressed by itself counts, not one that arrived together with others. */
	readonly lone?: true
}

const walking = ['ready', 'running', 'deciding', 'cause', 'told'] as const
const still = ['ready', 'deciding', 'cause'] as const
const anywhere = ['ready', 'confirming', 'running', 'deciding', 'cause', 'told', 'ended'] as const

const bindings = {
	run: {
		keys: ['enter'],
		label: 'run',
		help: "Run the step's commands, or say that it is done",
		footer: 1,
		when: ['ready'],
		sends: 'step.run',
	},
	accept: {
		keys: ['enter'],
		label: 'go on',
		help: 'Take the selected branch; the recommended one is selected',
		footer: 1,
		when: ['deciding', 'told'],
		sends: 'branch.take',
	},
	remedy: {
		keys: ['enter'],
		label: 'open remedy',
		help: 'Go to the selected remedy; it asks before it changes anything',
		footer: 1,
		when: ['cause'],
		sends: 'remedy.start',
	},
	start: {
		keys: ['enter'],
		label: 'start',
		help: 'Start on the selected host, with everything explained',
		footer: 1,
		when: ['chooser'],
	},
	'start-quiz': {
		keys: ['t'],
		label: 'test yourself',
		help: 'Start on the selected host as a quiz: you say what the output shows, then see whether it does',
		footer: 3,
		when: ['chooser'],
	},
	random: { keys: ['r'], label: 'any', help: 'Select one at random', footer: 4, when: ['chooser'] },
	hint: {
		keys: ['h'],
		label: 'hint',
		help: 'In a quiz: show the lines that matter, then how much they rule out; each costs a quarter of the question',
		footer: 2,
		when: ['deciding', 'cause'],
	},
	look: {
		keys: ['b'],
		label: 'look again',
		help: 'In a quiz, after an answer: back to the step, with everything shown',
		footer: 2,
		when: ['told'],
	},
	finish: { keys: ['enter', 'q', 'ctrl+c'], label: 'close', help: 'Close the session', footer: 1, when: ['ended'] },
	yes: {
		keys: ['y'],
		label: 'run it',
		help: 'Run the command that is asked about',
		footer: 1,
		when: ['confirming', 'quit'],
		lone: true,
	},
	no: {
		keys: ['n', 'escape', 'ctrl+c'],
		label: 'no',
		help: 'Do not run it',
		footer: 2,
		when: ['confirming'],
		sends: 'confirm.no',
	},
	submit: { keys: ['enter'], label: 'done', help: 'Finish typing', footer: 1, when: ['field'] },
	'submit-host': {
		keys: ['enter'],
		label: 'run it',
		help: "After typing the host's name: run the destructive command",
		footer: 1,
		when: ['typing-host'],
		sends: 'confirm.typed',
		lone: true,
	},
	'submit-paste': {
		keys: ['enter', 'ctrl+d'],
		label: 'use it',
		help: 'Read the pasted text as the output',
		footer: 1,
		when: ['paste'],
		sends: 'output.paste',
		lone: true,
	},
	close: {
		keys: ['escape', 'q', 'ctrl+c'],
		label: 'close',
		help: 'Close what is laid over the step',
		footer: 2,
		when: ['page', 'output', 'map', 'inputs'],
	},
	abandon: {
		keys: ['escape', 'ctrl+c'],
		label: 'cancel',
		help: 'Stop typing; nothing is done',
		footer: 3,
		when: ['field', 'paste', 'typing-host'],
	},
	stay: { keys: ['n', 'escape'], label: 'stay', help: 'Do not leave', footer: 2, when: ['quit'] },
	jump: {
		keys: ['enter'],
		label: 'go to step',
		help: 'In the map: go to the selected step',
		footer: 1,
		when: ['map'],
		sends: 'step.goto',
	},
	change: {
		keys: ['enter'],
		label: 'change',
		help: 'In the inputs: change the selected one',
		footer: 1,
		when: ['inputs'],
		sends: 'input.set',
	},
	cancel: {
		keys: ['ctrl+c'],
		label: 'cancel',
		help: 'Cancel the running command; again within two seconds leaves',
		footer: 1,
		when: ['running'],
		sends: 'command.cancel',
	},
	skip: {
		keys: ['s'],
		label: 'skip',
		help: 'Skip the step and choose a branch yourself',
		footer: 3,
		when: ['ready'],
		sends: 'step.skip',
	},
	rerun: {
		keys: ['r'],
		label: 'run again',
		help: "Run the step's commands again",
		footer: 3,
		when: ['deciding'],
		sends: 'step.rerun',
	},
	edit: {
		keys: ['e'],
		label: 'edit',
		help: 'Edit the next command; it then needs a yes, as a change does',
		footer: 5,
		when: ['ready', 'confirming'],
		sends: 'command.edit',
	},
	paste: {
		keys: ['p'],
		label: 'paste output',
		help: 'Give output that you got elsewhere instead of running the command',
		footer: 6,
		when: ['ready', 'deciding'],
		sends: 'output.paste',
	},
	back: { keys: ['b'], label: 'back', help: 'Go back one step', footer: 4, when: still, sends: 'step.back' },
	autorun: {
		keys: ['a'],
		label: 'run on',
		help: 'Run probes and take recommended branches until a cause, a question or a remedy; again stops it',
		footer: 7,
		when: ['ready', 'running', 'deciding'],
	},
	guide: {
		keys: ['space'],
		label: 'read guide',
		help: 'Read the whole guide and its questions',
		when: [...walking, 'page'],
	},
	why: {
		keys: ['w'],
		label: 'why',
		help: 'Show how each condition came out',
		footer: 5,
		when: ['deciding', 'cause', 'told', 'page'],
	},
	map: {
		keys: ['m'],
		label: 'map',
		help: 'Show the whole tree and the path walked',
		footer: 8,
		when: [...anywhere, 'map'],
	},
	output: {
		keys: ['o'],
		label: 'output',
		help: 'Show the output on the whole screen',
		footer: 6,
		when: [...walking, 'output'],
	},
	inputs: { keys: ['i'], label: 'inputs', help: "Show and change the flow's inputs", when: still },
	note: {
		keys: ['n'],
		label: 'note',
		help: 'Write a note into the transcript',
		footer: 9,
		when: walking,
		sends: 'note.add',
	},
	up: {
		keys: ['up', 'k'],
		label: 'up',
		help: 'Select the one above, or scroll up',
		when: ['ready', 'running', 'deciding', 'cause', 'told', 'ended', 'chooser', 'page', 'output', 'map', 'inputs'],
	},
	down: {
		keys: ['down', 'j'],
		label: 'scroll',
		help: 'Select the one below, or scroll down',
		footer: 2,
		when: ['ready', 'running', 'deciding', 'cause', 'told', 'ended', 'chooser', 'page', 'output', 'map', 'inputs'],
	},
	digit: {
		keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
		label: 'select',
		help: 'Select a branch or remedy by its number',
		when: ['deciding', 'cause'],
	},
	'page-up': {
		keys: ['page-up'],
		label: 'scroll up',
		help: 'Scroll the output or the page up',
		when: [...walking, 'ended', 'chooser', 'page', 'output', 'map'],
	},
	'page-down': {
		keys: ['page-down'],
		label: 'scroll down',
		help: 'Scroll the output or the page down',
		when: [...walking, 'ended', 'chooser', 'page', 'output', 'map'],
	},
	top: {
		keys: ['g', 'home'],
		label: 'top',
		help: 'To the first line',
		when: [...walking, 'ended', 'chooser', 'page', 'output', 'map'],
	},
	bottom: {
		keys: ['G', 'end'],
		label: 'bottom',
		help: 'To the last line, and follow new ones',
		when: [...walking, 'ended', 'chooser', 'page', 'output', 'map'],
	},
	focus: {
		keys: ['tab'],
		label: 'scroll output',
		help: 'Switch the arrow keys between the branches and the output',
		when: ['deciding'],
	},
	'previous-output': {
		keys: ['left'],
		label: 'previous output',
		help: "Output of the step's previous command",
		when: ['running', 'deciding', 'output'],
	},
	'next-output': {
		keys: ['right'],
		label: 'next output',
		help: "Output of the step's next command",
		when: ['running', 'deciding', 'output'],
	},
	help: {
		keys: ['?'],
		label: 'help',
		help: 'Show all keys',
		footer: 10,
		when: [...anywhere, 'page', 'output', 'map', 'inputs'],
	},
	leave: {
		keys: ['q', 'ctrl+c'],
		label: 'leave',
		help: 'Leave; the session is kept and can be resumed',
		footer: 11,
		when: ['ready', 'deciding', 'cause', 'told', 'chooser', 'quit'],
	},
} as const satisfies Readonly<Record<string, Binding>>

/** What a key is for. */
export type Intent = keyof typeof bindings

export const keymap: Readonly<Record<Intent, Binding>> = bindings

/** The intents in the order of the table. */
export const intents = Object.keys(keymap) as readonly Intent[]

export interface KeyPress {
	readonly name: KeyName
	/** True when it arrived by itself, not in one piece with other keys. */
	readonly lone: boolean
}

const byContext = new Map<KeyContext, Map<KeyName, Intent>>()
for (const intent of intents) {
	for (const context of keymap[intent].when) {
		const keys = byContext.get(context) ?? new Map<KeyName, Intent>()
		for (const key of keymap[intent].keys) keys.set(key, intent)
		byContext.set(context, keys)
	}
}

/** What a key means in a context; undefined when it means nothing there. */
export function intentOf(press: KeyPress, context: KeyContext): Intent | undefined {
	const intent = byContext.get(context)?.get(press.name)
	return intent !== undefined && keymap[intent].lone && !press.lone ? undefined : intent
}

const written: Readonly<Record<string, string>> = {
	enter: 'Enter',
	escape: 'Esc',
	tab: 'Tab',
	space: 'Space',
	home: 'Home',
	end: 'End',
	'page-up': 'PgUp',
	'page-down': 'PgDn',
	'ctrl+c': 'Ctrl-C',
	'ctrl+d': 'Ctrl-D',
}
const arrows: Readonly<Record<string, string>> = { up: '↑', down: '↓', left: '←', right: '→' }
const spelt: Readonly<Record<string, string>> = { up: 'Up', down: 'Down', left: 'Left', right: 'Right' }

/** A key as it stands on a keyboard. `unicode` false spells the arrows out. */
export function keyLabel(key: KeyName, unicode: boolean): string {
	return written[key] ?? (unicode ? arrows[key] : spelt[key]) ?? key
}

/** All keys of an intent, for help and documentation: `↑ k`, `1-9`. */
export function keyLabels(intent: Intent, unicode: boolean): string {
	const { keys } = keymap[intent]
	if (intent === 'digit') return `${keys[0]}-${keys.at(-1)}`
	return keys.map((key) => keyLabel(key, unicode)).join(' ')
}

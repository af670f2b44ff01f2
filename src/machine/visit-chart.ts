import type { Flow } from '../flow/flow.ts'
import type { CommandOrder, WalkContext, WalkEvent } from './types.ts'

/**
 * The life of a step while the operator is at it, the same for every step: its commands are planned, confirmed, run and
 * judged one after the other, then a branch is taken. Eight states, once, which each step of the walk invokes. A visit
 * ends with the event that leads elsewhere; where that is, is the walk's to say.
 */

/** How a visit of a step ended: with what the walk knew then, and by which event. */
export interface VisitEnd {
	readonly context: WalkContext
	readonly by: WalkEvent
}

/** An event that the states above must not answer here. */
const FORBIDDEN = {}

interface Scope {
	readonly context: WalkContext
	readonly event: WalkEvent
}

/** What only functions can say: what the command is given, and what is left of a visit that ended. */
export interface VisitMappers {
	readonly order: (scope: Scope) => CommandOrder
	readonly endedBy: (scope: Scope) => VisitEnd['by']
}

/** A visit as a statechart. Of the flow it has the inputs, which may be changed at any time but while a command runs. */
export function visitChart({ inputs }: Pick<Flow, 'inputs'>, { order, endedBy }: VisitMappers) {
	const states = {
		arriving: ARRIVING,
		ready: READY,
		planning: PLANNING,
		confirming: {
			...CONFIRMING,
			on: { ...CONFIRMING.on, 'input.set': setInputs(inputs).map((move) => ({ ...move, target: 'planning' })) },
		},
		running: {
			...RUNNING,
			invoke: {
				id: 'command',
				src: 'runCommand',
				input: order,
				onDone: { target: 'planning', actions: 'record', description: 'The command ended' },
				onError: { target: 'planning', actions: 'recordFailure', description: 'The command broke down' },
			},
		},
		judging: JUDGING,
		deciding: DECIDING,
		left: { type: 'final', description: 'The operator goes elsewhere', output: endedBy },
	} as const
	const on = {
		'step.back': {
			target: '.left',
			guard: 'hasComeFrom',
			description: 'Go back to the previous step',
		},
		'step.goto': { target: '.left', guard: 'knowsStep', description: 'Go to another step' },
		'input.set': setInputs(inputs),
		'note.add': { guard: 'saysSomething', actions: 'note', description: 'Add a note' },
		'session.leave': { target: '.left', description: 'Leave the session' },
	} as const
	return { id: 'visit', initial: 'arriving', states, on } as const
}

/** One transition for each input of the flow: what the operator reads is the input's title. */
export function setInputs(inputs: Flow['inputs']) {
	return Object.entries(inputs).map(
		([name, input]) =>
			({
				guard: { type: 'namesInput', params: { input: name } },
				actions: 'setInput',
				description: `Change ${input.title}`,
			}) as const,
	)
}

const ARRIVING = {
	description: 'Arriving at the step',
	always: [
		{ target: 'deciding', guard: 'isDecided', description: 'Come back to what was decided' },
		{ target: 'judging', guard: 'onlyRoutes', description: 'Nothing to do here but to judge' },
		{ target: 'ready', description: 'The step is shown' },
	],
} as const

const EDIT = { guard: 'edits', actions: 'edit', description: 'Edit the command' } as const

const READY = {
	description: 'Waits for the operator to run the step',
	on: {
		'step.run': { target: 'planning', description: 'Run the step' },
		'step.skip': { target: 'deciding', actions: 'skip', description: 'Skip the step' },
		'command.edit': EDIT,
		'output.paste': {
			target: 'running',
			guard: 'pastesForProbe',
			actions: ['advance', 'start'],
			description: 'Paste output obtained elsewhere',
		},
	},
} as const

const PLANNING = {
	description: 'Choosing the next command',
	entry: 'advance',
	always: [
		{
			target: 'judging',
			guard: 'hasHalted',
			description: 'A command did not end by itself, or a remedy failed',
		},
		{ target: 'confirming', guard: 'needsYes', description: 'The next command changes the host' },
		{
			target: 'running',
			guard: 'hasCommand',
			actions: 'start',
			description: 'Run the next command',
		},
		{ target: 'judging', description: 'Every command was run' },
	],
} as const

const CONFIRMING = {
	description: 'Waits for a yes to a command that changes the host',
	on: {
		'confirm.yes': {
			target: 'running',
			guard: 'isChange',
			actions: ['confirm', 'start'],
			description: 'Yes, run it',
		},
		'confirm.typed': {
			target: 'running',
			guard: 'typesHost',
			actions: ['confirm', 'start'],
			description: "Type the host's name to run it",
		},
		'confirm.no': { target: 'deciding', actions: 'decline', description: 'No, do not run it' },
		'command.edit': EDIT,
	},
} as const

const RUNNING = {
	description: 'A command runs',
	on: {
		'command.cancel': { target: 'planning', actions: 'recordCancelled', description: 'Cancel the command' },
		'session.leave': {
			target: 'left',
			actions: 'recordCancelled',
			description: 'Cancel the command and leave the session',
		},
		'step.back': FORBIDDEN,
		'step.goto': FORBIDDEN,
		'input.set': FORBIDDEN,
	},
} as const

const JUDGING = {
	description: 'What follows from what was read',
	entry: 'judge',
	always: [{ target: 'deciding', description: 'It is judged' }],
} as const

const DECIDING = {
	description: 'Waits for the operator to take a branch',
	on: {
		'branch.take': { target: 'left', guard: 'leadsOn', description: 'Take a branch' },
		'step.rerun': { target: 'planning', actions: 'restart', description: 'Run the step again' },
		'output.paste': {
			target: 'running',
			guard: 'pastesForUnanswered',
			actions: ['reopen', 'start'],
			description: 'Paste the output that the command could not give',
		},
	},
} as const

import type { Flow } from '../flow/flow.ts'
import { type Answers, FORBIDDEN, type Invoke, type Transition as Move, type VisitEnd } from './statechart.ts'
import type { CommandOrder, WalkContext, WalkEvent } from './types.ts'

/**
 * The life of a step while the operator is at it, the same for every step: its commands are planned, confirmed, run and
 * judged one after the other, then a branch is taken. Eight states, once, which each step of the walk invokes. A visit
 * ends with the event that leads elsewhere; where that is, is the walk's to say.
 */

type VisitGuard =
	| 'isDecided'
	| 'onlyRoutes'
	| 'hasHalted'
	| 'needsYes'
	| 'hasCommand'
	| 'isChange'
	| 'typesHost'
	| 'edits'
	| 'pastesForProbe'
	| 'pastesForUnanswered'
	| 'leadsOn'
	| 'knowsStep'
	| 'hasComeFrom'
	| { readonly type: 'namesInput'; readonly params: { readonly input: string } }
	| 'saysSomething'

type VisitAct =
	| 'advance'
	| 'restart'
	| 'reopen'
	| 'start'
	| 'record'
	| 'recordCancelled'
	| 'recordFailure'
	| 'edit'
	| 'confirm'
	| 'decline'
	| 'skip'
	| 'judge'
	| 'setInput'
	| 'note'

type Transition = Move<VisitGuard, VisitAct>
type On = Answers<VisitGuard, VisitAct, WalkEvent['type']>

interface Scope {
	readonly context: WalkContext
	readonly event: WalkEvent
}

/** What only functions can say: what the command is given, and what is left of a visit that ended. */
export interface VisitMappers {
	readonly order: (scope: Scope) => CommandOrder
	readonly endedBy: (scope: Scope) => VisitEnd['by']
}

interface State {
	readonly type?: 'final'
	readonly description: string
	readonly entry?: VisitAct
	readonly always?: readonly Transition[]
	readonly on?: On
	readonly invoke?: Invoke<VisitGuard, VisitAct, 'command', 'runCommand', VisitMappers['order']>
	readonly output?: VisitMappers['endedBy']
}

/** A visit as a statechart. Of the flow it has the inputs, which may be changed at any time but while a command runs. */
export function visitChart({ inputs }: Pick<Flow, 'inputs'>, { order, endedBy }: VisitMappers) {
	const states: Readonly<Record<string, State>> = {
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
	}
	const on: On = {
		'step.back': {
			target: '.left',
			guard: 'hasComeFrom',
			description: 'Go back to the previous step',
		},
		'step.goto': { target: '.left', guard: 'knowsStep', description: 'Go to another step' },
		'input.set': setInputs(inputs),
		'note.add': { guard: 'saysSomething', actions: 'note', description: 'Add a note' },
		'session.leave': { target: '.left', description: 'Leave the session' },
	}
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

const ARRIVING: State = {
	description: 'Arriving at the step',
	always: [
		{ target: 'deciding', guard: 'isDecided', description: 'Come back to what was decided' },
		{ target: 'judging', guard: 'onlyRoutes', description: 'Nothing to do here but to judge' },
		{ target: 'ready', description: 'The step is shown' },
	],
}

const EDIT: Transition = { guard: 'edits', actions: 'edit', description: 'Edit the command' }

const READY: State = {
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
}

const PLANNING: State = {
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
}

const CONFIRMING: State = {
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
}

const RUNNING: State = {
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
}

const JUDGING: State = {
	description: 'What follows from what was read',
	entry: 'judge',
	always: [{ target: 'deciding', description: 'It is judged' }],
}

const DECIDING: State = {
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
}

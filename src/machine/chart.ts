import type { Branch, Cause, Flow, Step } from '../flow/flow.ts'
import {
	type Answers,
	FORBIDDEN,
	type Guard,
	type OrderMapper,
	type StateChart,
	type Transition,
} from './statechart.ts'

/** A flow as a statechart. States are `step:<id>`, `cause:<id>` and `ended`; linear in the size of the flow. */
export function chartOf(flow: Flow, order: OrderMapper) {
	const steps = Object.values(flow.steps)
	const causes = Object.values(flow.causes)
	const retest = steps.find((step) => step.retest)
	const states: Record<string, StateChart> = {
		boot: {
			description: 'Where the walk begins',
			always: [{ target: 'dispatch', actions: [{ type: 'begin' }], description: 'Begin' }],
		},
		dispatch: {
			description: 'Leads to the step that the walk is bound for',
			always: [
				...causes.map((cause) => ({
					target: `#cause:${cause.id}`,
					guard: { type: 'leftFor', params: { cause: cause.id } } as const,
					description: cause.title,
				})),
				...steps.map((step) => ({
					target: `#step:${step.id}`,
					guard: { type: 'boundFor', params: { step: step.id } } as const,
					description: step.title,
				})),
			],
		},
	}
	const shared = { planning: PLANNING, confirming: confirmingChart(flow), running: runningChart(order) }
	for (const step of steps) states[`step:${step.id}`] = stepChart(flow, step, shared)
	for (const cause of causes) states[`cause:${cause.id}`] = causeChart(flow, cause, retest)
	states.ended = { id: 'ended', type: 'final', description: 'The session has ended' }
	return { id: flow.id, initial: 'boot', states, on: everywhere(flow) } as const
}

function everywhere(flow: Flow): Answers {
	return {
		'step.back': {
			target: '.dispatch',
			guard: { type: 'hasComeFrom' },
			actions: [{ type: 'goBack' }],
			description: 'Go back to the previous step',
		},
		'step.goto': {
			target: '.dispatch',
			guard: { type: 'knowsStep' },
			actions: [{ type: 'jump' }],
			description: 'Go to another step',
		},
		'input.set': Object.entries(flow.inputs).map(([name, input]) => setInput(name, input.title)),
		'note.add': { guard: { type: 'saysSomething' }, actions: [{ type: 'note' }], description: 'Add a note' },
		'session.leave': { target: '#ended', actions: [{ type: 'leave' }], description: 'Leave the session' },
	}
}

function setInput(name: string, title: string, target?: string): Transition {
	return {
		guard: { type: 'namesInput', params: { input: name } },
		actions: [{ type: 'setInput' }],
		description: `Change ${title}`,
		...(target === undefined ? {} : { target }),
	}
}

function stepChart(flow: Flow, step: Step, shared: Readonly<Record<string, StateChart>>): StateChart {
	const routes = step.run.length === 0 && step.guide.trim() === '' && !step.manual
	return {
		id: `step:${step.id}`,
		description: step.title,
		meta: step,
		initial: 'arriving',
		states: {
			arriving: {
				description: 'Arriving at the step',
				always: [
					{ target: 'deciding', guard: { type: 'isDecided' }, description: 'Come back to what was decided' },
					routes
						? { target: 'judging', description: 'Nothing to do here but to judge' }
						: { target: 'ready', description: 'The step is shown' },
				],
			},
			ready: readyChart(step),
			...shared,
			judging: judgingChart(step),
			deciding: decidingChart(flow, step),
		},
	}
}

function readyChart(step: Step): StateChart {
	return {
		description: 'Waits for the operator to run the step',
		tags: ['ready', 'rest'],
		on: {
			'step.run': { target: 'planning', description: runLabel(step) },
			'step.skip': { target: 'deciding', actions: [{ type: 'skip' }], description: 'Skip the step' },
			'command.edit': EDIT,
			'output.paste': {
				target: 'running',
				guard: { type: 'pastesForProbe' },
				actions: [{ type: 'advance' }, { type: 'start' }],
				description: 'Paste output obtained elsewhere',
			},
		},
	}
}

const EDIT: Transition = {
	guard: { type: 'edits' },
	actions: [{ type: 'edit' }],
	description: 'Edit the command',
}

function runLabel(step: Step): string {
	if (step.manual && step.run.length === 0) return 'I have done it'
	if (step.run.length === 0) return 'Continue'
	return step.run.length === 1 ? 'Run the command' : 'Run the commands'
}

const PLANNING: StateChart = {
	description: 'Choosing the next command',
	entry: [{ type: 'advance' }],
	always: [
		{
			target: 'judging',
			guard: { type: 'hasHalted' },
			description: 'A command did not end by itself, or a remedy failed',
		},
		{ target: 'confirming', guard: { type: 'needsYes' }, description: 'The next command changes the host' },
		{
			target: 'running',
			guard: { type: 'hasCommand' },
			actions: [{ type: 'start' }],
			description: 'Run the next command',
		},
		{ target: 'judging', description: 'Every command was run' },
	],
}

function confirmingChart(flow: Flow): StateChart {
	return {
		description: 'Waits for a yes to a command that changes the host',
		tags: ['confirming', 'rest'],
		on: {
			'confirm.yes': {
				target: 'running',
				guard: { type: 'isChange' },
				actions: [{ type: 'confirm' }, { type: 'start' }],
				description: 'Yes, run it',
			},
			'confirm.typed': {
				target: 'running',
				guard: { type: 'typesHost' },
				actions: [{ type: 'confirm' }, { type: 'start' }],
				description: "Type the host's name to run it",
			},
			'confirm.no': { target: 'deciding', actions: [{ type: 'decline' }], description: 'No, do not run it' },
			'command.edit': EDIT,
			'input.set': Object.entries(flow.inputs).map(([name, input]) => setInput(name, input.title, 'planning')),
		},
	}
}

function runningChart(order: OrderMapper): StateChart {
	return {
		description: 'A command runs',
		tags: ['running'],
		invoke: {
			id: 'command',
			src: 'runCommand',
			input: order,
			onDone: { target: 'planning', actions: [{ type: 'record' }], description: 'The command ended' },
			onError: { target: 'planning', actions: [{ type: 'recordFailure' }], description: 'The command broke down' },
		},
		on: {
			'command.cancel': {
				target: 'planning',
				actions: [{ type: 'recordCancelled' }],
				description: 'Cancel the command',
			},
			'session.leave': {
				target: '#ended',
				actions: [{ type: 'recordCancelled' }, { type: 'leave' }],
				description: 'Cancel the command and leave the session',
			},
			'step.back': FORBIDDEN,
			'step.goto': FORBIDDEN,
			'input.set': FORBIDDEN,
		},
	}
}

function judgingChart(step: Step): StateChart {
	const always: Transition[] = []
	step.branches.forEach((branch, index) => {
		const guard = ruleGuard(branch, index)
		if (guard === undefined) return
		const actions = [{ type: 'decide', params: { branch: index } }] as const
		always.push({ target: 'deciding', guard, actions, description: branch.say || destinationOf(branch) })
	})
	always.push({
		target: 'deciding',
		actions: [{ type: 'decide', params: { branch: null } }],
		description: 'The evidence does not decide',
	})
	return { description: 'Evaluates the conditions of the branches', entry: [{ type: 'judge' }], always }
}

function ruleGuard({ rule }: Branch, branch: number): Guard | undefined {
	if (rule.kind === 'when') return { type: 'holds', params: { branch, expression: rule.condition } }
	return rule.kind === 'otherwise' ? { type: 'otherwise', params: { branch } } : undefined
}

function decidingChart(flow: Flow, step: Step): StateChart {
	const takes = step.branches.flatMap((branch, index) => takeBranch(flow, branch, index) ?? [])
	return {
		description: 'Waits for the operator to take a branch',
		tags: ['deciding', 'rest'],
		on: {
			...(takes.length === 0 ? {} : { 'branch.take': takes }),
			'step.rerun': {
				target: 'planning',
				actions: [{ type: 'restart' }],
				description: step.run.length === 0 ? 'Judge again' : 'Run the step again',
			},
			'output.paste': {
				target: 'running',
				guard: { type: 'pastesForUnanswered' },
				actions: [{ type: 'reopen' }, { type: 'start' }],
				description: 'Paste the output that the command could not give',
			},
		},
	}
}

function takeBranch(flow: Flow, branch: Branch, index: number): Transition | undefined {
	const guard = { type: 'takes', params: { branch: index } } as const
	const take = { type: 'take', params: { branch: index } } as const
	const { to, rule } = branch
	const description = rule.kind === 'choice' ? rule.label : destinationTitle(flow, branch)
	switch (to.kind) {
		case 'goto':
			return {
				target: `#step:${to.step}`,
				guard,
				actions: [take, { type: 'enter', params: { step: to.step } }],
				description,
			}
		case 'cause':
			return { target: `#cause:${to.cause}`, guard, actions: [take], description }
		case 'end':
			return { target: '#ended', guard, actions: [take], description }
		case 'ask':
			return undefined
	}
}

function destinationTitle(flow: Flow, branch: Branch): string {
	const { to } = branch
	if (to.kind === 'goto') return flow.steps[to.step]?.title ?? to.step
	if (to.kind === 'cause') return flow.causes[to.cause]?.title ?? to.cause
	return destinationOf(branch)
}

function destinationOf({ to }: Branch): string {
	switch (to.kind) {
		case 'goto':
			return to.step
		case 'cause':
			return to.cause
		case 'end':
			return `End: ${to.outcome}`
		case 'ask':
			return to.question
	}
}

function causeChart(flow: Flow, cause: Cause, retest: Step | undefined): StateChart {
	const remedies = cause.remedies.map((step) => leadTo(step, flow.steps[step]?.title ?? step))
	return {
		id: `cause:${cause.id}`,
		description: cause.title,
		meta: cause,
		tags: ['cause', 'rest'],
		on: {
			...(remedies.length === 0 ? {} : { 'remedy.start': remedies }),
			...(retest === undefined ? {} : { 'step.goto': leadTo(retest.id, retest.title) }),
		},
	}
}

function leadTo(step: string, description: string): Transition {
	return {
		target: `#step:${step}`,
		guard: { type: 'namesStep', params: { step } },
		actions: [{ type: 'enter', params: { step } }],
		description,
	}
}

import type { Flow } from '../flow/flow.ts'
import type { Phase } from './machine.ts'
import { nextCommand } from './plan.ts'
import { stepOf } from './rules.ts'
import type { WalkContext, WalkEvent } from './types.ts'

/** Where a walk needs a person, or has come to its end. */
export type Rest =
	| { readonly kind: 'ended' }
	| { readonly kind: 'cause' }
	/** A command runs: wait for it. */
	| { readonly kind: 'running' }
	/** The next command changes the host, wants the terminal, or is a person's own work. */
	| { readonly kind: 'needs-person'; readonly why: 'change' | 'terminal' | 'manual' }
	/** The evidence does not decide, and no probe is left that could. */
	| { readonly kind: 'undecided' }
	| { readonly kind: 'disconnected' }

export type ByItself = { readonly event: WalkEvent } | { readonly rest: Rest }

/**
 * How a walk goes on without a person: it runs probes, and takes what the evidence supports. Everybody who drives a walk
 * goes by this: the autopilot, a recorder, a test of a flow, the operator's own "run on".
 */
export function nextByItself(
	flow: Pick<Flow, 'steps'>,
	{ phase, context }: { readonly phase: Phase; readonly context: WalkContext },
): ByItself {
	switch (phase) {
		case 'ended':
		case 'cause':
		case 'running':
			return { rest: { kind: phase } }
		case 'confirming':
			return { rest: { kind: 'needs-person', why: 'change' } }
		case 'ready': {
			const next = nextCommand(context)
			if (flow.steps[context.step]?.manual === true) return { rest: { kind: 'needs-person', why: 'manual' } }
			if (next?.spec.interactive === true) return { rest: { kind: 'needs-person', why: 'terminal' } }
			if (next !== undefined && next.spec.effect !== 'read') return { rest: { kind: 'needs-person', why: 'change' } }
			return { event: { type: 'step.run' } }
		}
		case 'deciding': {
			const branch = context.decision?.recommended ?? null
			if (branch !== null) return { event: { type: 'branch.take', branch } }
			return { rest: { kind: context.decision?.because === 'disconnected' ? 'disconnected' : 'undecided' } }
		}
	}
}

/** What a rest in the step means, as a clause: "“Restart” changes the host". */
export function whyNeedsPerson(flow: Pick<Flow, 'steps'>, step: string, why: 'change' | 'terminal' | 'manual'): string {
	const { title } = stepOf(flow as Flow, step)
	switch (why) {
		case 'change':
			return `“${title}” changes the host: it needs a person's yes.`
		case 'terminal':
			return `“${title}” needs a person at the terminal.`
		case 'manual':
			return `“${title}” is for a person to do.`
	}
}

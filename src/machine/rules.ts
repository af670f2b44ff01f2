import type { Evaluated, Evaluator, Judgement, Scope } from '../flow/conditions.ts'
import type { Flow, Step, Template } from '../flow/flow.ts'
import { type Rendered, renderCommand, renderText } from '../flow/templates.ts'
import { freshScope, scopeOf } from './scope.ts'
import type { WalkContext, WalkEmitted } from './types.ts'

/** What a walk goes by: the flow, and its conditions and templates, evaluated so that nothing here can throw. */
export interface Rules {
	readonly flow: Flow
	readonly evaluator: Evaluator
	/** Over what is known of the host as it is now. The others below fall back to what was known before the last change. */
	condition(cel: string, context: WalkContext): Judgement
	/** Does a command apply here at all. */
	applies(cel: string, context: WalkContext): Judgement
	value(cel: string, context: WalkContext): Evaluated
	command(template: Template, context: WalkContext): Rendered
	/** Undefined when it names what is not known. */
	text(template: Template, context: WalkContext): string | undefined
}

/** What one action does: what changes in the context, and what is told about it, in this order. */
export interface Turn {
	readonly context: Partial<WalkContext>
	readonly emits: readonly WalkEmitted[]
}

/** Rules over a flow. The evaluator promises not to throw; an action that threw would end the walk, so it is held to it. */
export function rulesOf(flow: Flow, evaluator: Evaluator): Rules {
	const unknown = (reason: string): Judgement => ({
		value: 'unknown',
		reason,
		reads: [],
		deciding: [],
		told: false,
		missing: [],
	})
	const failed = (reason: string) => ({ ok: false, reason, missing: [] }) as const
	const isOk = ({ ok }: { readonly ok: boolean }): boolean => ok
	/** As the host is now; what that leaves open, as it was when it was last read. */
	const newest = <T>(
		context: WalkContext,
		evaluate: (scope: Scope) => T,
		isKnown: (value: T) => boolean,
		otherwise: (reason: string) => T,
	): T =>
		total(() => {
			const now = evaluate(freshScope(context))
			return isKnown(now) || context.changedAt === 0 ? now : evaluate(scopeOf(context))
		}, otherwise)
	const isTold = (text: string | undefined): boolean => text !== undefined
	const isDecided = ({ value }: Judgement): boolean => value !== 'unknown'
	return {
		flow,
		evaluator,
		condition: (cel, context) => total(() => evaluator.condition(cel, freshScope(context)), unknown),
		applies: (cel, context) => newest(context, (scope) => evaluator.condition(cel, scope), isDecided, unknown),
		value: (cel, context) => newest<Evaluated>(context, (scope) => evaluator.value(cel, scope), isOk, failed),
		command: (text, context) =>
			newest<Rendered>(context, (scope) => renderCommand(text, scope, evaluator), isOk, failed),
		text: (text, context) =>
			newest(
				context,
				(scope) => renderText(text, scope, evaluator),
				isTold,
				() => undefined,
			),
	}
}

/** The flow's step of that id; an empty step when there is none, which a loaded flow rules out. */
export function stepOf(flow: Flow, id: string): Step {
	return has(flow.steps, id) ? (flow.steps[id] as Step) : { ...NO_STEP, id, title: id }
}

/** Own properties only: `constructor` is neither a step nor an input. */
export function has(record: object, key: string): boolean {
	return Object.hasOwn(record, key)
}

const NO_STEP: Omit<Step, 'id' | 'title'> = {
	guide: '',
	manual: false,
	retest: false,
	run: [],
	branches: [],
	faq: [],
	source: [],
}

function total<T>(evaluate: () => T, fallback: (reason: string) => T): T {
	try {
		return evaluate()
	} catch (error) {
		return fallback(error instanceof Error ? error.message : String(error))
	}
}

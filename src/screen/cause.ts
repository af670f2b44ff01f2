import type { Evidence, WalkContext } from '../machine/types.ts'
import { reflow } from './cells.ts'
import type { CauseModel, EvidenceModel } from './model.ts'
import type { WalkView } from './walk-view.ts'

/** The cause card, in phase `cause`. */
export function causeOf(view: WalkView): CauseModel | null {
	const { causeId: id, context, flow } = view
	if (view.phase !== 'cause' || id === undefined) return null
	const cause = flow.causes[id]
	const named = context.causes.findLast((one) => one.cause === id)
	const finding = context.findings.findLast((one) => one.cause === id)
	return {
		title: cause?.title ?? id,
		say: (named?.say ?? finding?.say ?? '').trim(),
		why: cause ? reflow(view.prose(cause.why)) : '',
		evidence: (named?.evidence ?? []).map((line) => evidenceModel(line, context)),
		...(cause?.manual === undefined ? {} : { manual: reflow(view.prose(cause.manual)) }),
		prevent: cause ? reflow(view.prose(cause.prevent)) : '',
		supported: finding?.supported ?? true,
	}
}

/** A line of evidence with the command that printed it. */
export function evidenceModel({ run, line, text }: Evidence, context: WalkContext): EvidenceModel {
	const plans = [context.plan, ...Object.values(context.visited).map((visit) => visit.plan)]
	const command = plans.flat().find((planned) => planned.kind === 'run' && planned.result?.run === run)
	return { line, text, ...(command?.kind === 'run' ? { command: command.spec.text } : {}) }
}

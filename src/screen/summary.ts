import type { Change } from '../machine/types.ts'
import { outcomes } from './copy.ts'
import type { SummaryModel } from './model.ts'
import type { WalkView } from './walk-view.ts'

/** What remains when a walk has ended. */
export function summaryOf(view: WalkView): SummaryModel {
	const { context, flow, session } = view
	return {
		...outcomes[context.outcome ?? 'stopped'],
		causes: context.causes.map(({ cause, mended }) => ({ title: flow.causes[cause]?.title ?? cause, mended })),
		changes: context.changes.map((change) => ({
			command: change.command,
			words: changeWords(change),
			...(change.undo === undefined ? {} : { undo: change.undo }),
		})),
		checklist: view.checklist,
		session: session.id,
		folder: session.folder,
		exportWith: `runtree export ${session.id} --format md`,
	}
}

function changeWords({ ending, exitCode }: Change): string {
	switch (ending) {
		case 'exited':
			return exitCode === null ? 'ended' : `exit ${exitCode}`
		case 'timed-out':
			return 'timed out, it may have taken effect'
		case 'cancelled':
			return 'cancelled, it may have taken effect'
		case 'not-started':
			return 'not started'
		case 'disconnected':
			return 'connection lost, it may have taken effect'
	}
}

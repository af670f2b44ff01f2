import { nextCommand } from '../machine/plan.ts'
import type { Session } from '../session/types.ts'

/** No remedy has more commands than this. */
const MOST_TURNS = 20

/**
 * Carries a remedy out with a yes to each of its commands. True when it came to its end by itself; else the walk rests
 * where it stopped, and the caller goes back.
 */
export async function carryOut(session: Session, step: string): Promise<boolean> {
	session.send({ type: session.snapshot().phase === 'cause' ? 'remedy.start' : 'step.goto', step })
	for (let turn = 0; turn < MOST_TURNS; turn++) {
		await session.whenIdle()
		const snapshot = session.snapshot()
		const phase = snapshot.phase
		if (phase === 'ready') session.send({ type: 'step.run' })
		else if (phase === 'confirming') {
			const destructive = nextCommand(snapshot.context)?.spec.effect === 'destructive'
			session.send(destructive ? { type: 'confirm.typed', text: snapshot.context.host } : { type: 'confirm.yes' })
		} else break
	}
	const snapshot = session.snapshot()
	return snapshot.phase === 'deciding' && snapshot.context.decision?.because === 'judged'
}

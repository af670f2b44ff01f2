import type { Session } from '../../src/session/types.ts'

/** Goes to the step and asks by hand for every output of it, also for what a proven cause makes needless. */
export async function readAll(session: Session, step: string): Promise<void> {
	session.send({ type: 'step.goto', step })
	session.send({ type: 'step.run' })
	await session.whenIdle()
	if (session.snapshot().phase !== 'deciding') throw new Error(`The step ${step} asks for more than to be run.`)
	session.send({ type: 'step.rerun' })
	await session.whenIdle()
}

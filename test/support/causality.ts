import { CONSULT } from '../../src/flow/flow.ts'
import type { Happening } from './walking.ts'

/** What is wrong with the order of what happened in a walk: empty when every effect follows its cause. */
export function causalFaults(log: readonly Happening[]): readonly string[] {
	const faults: string[] = []
	const fault = (index: number, text: string) => faults.push(`${index} ${log[index]?.type}: ${text}`)
	let step: string | undefined
	let decided = false
	let due: string | undefined
	let yes: string | undefined
	let running = false
	log.forEach((happening, index) => {
		const before = log[index - 1]
		if (index === 0 && happening.type !== 'step.entered') fault(index, 'a walk begins with a step')
		if (before?.type === 'session.ended' && happening.type !== 'aborted') fault(index, 'after the end')
		if (
			due !== undefined &&
			!['input.changed', 'step.entered', 'cause.named', 'session.ended'].includes(happening.type)
		) {
			fault(index, `the branch leads to ${due}`)
		}
		switch (happening.type) {
			case 'step.entered':
				if (due !== undefined && due !== `step:${happening.step}`) fault(index, `the branch leads to ${due}`)
				step = happening.step
				decided = happening.back === true
				due = undefined
				if (running) fault(index, 'while a command runs')
				break
			case 'ordered':
				if (running) fault(index, 'two commands at once')
				if (happening.order.step !== step) fault(index, `a command of ${happening.order.step} in ${step}`)
				if (happening.order.spec.effect !== 'read' && yes !== happening.order.spec.text) {
					fault(index, `nobody said yes to ${happening.order.spec.text}`)
				}
				yes = undefined
				running = true
				break
			case 'confirmed':
				yes = happening.command
				break
			case 'aborted':
			case 'ended':
				running = false
				break
			case 'command.left-out':
			case 'declined':
			case 'skipped':
				if (running) fault(index, 'while a command runs')
				break
			case 'decision':
				if (happening.step !== step) fault(index, `of ${happening.step} in ${step}`)
				if (running) fault(index, 'while a command runs')
				decided = true
				break
			case 'finding':
				if (happening.finding.step !== step) fault(index, `of ${happening.finding.step} in ${step}`)
				break
			case 'branch.taken':
				if (!decided) fault(index, 'before a decision')
				// That the judge takes over is no finding.
				if (happening.to !== `step:${CONSULT}`) {
					if (before?.type !== 'finding' || before.finding.branch !== happening.branch) {
						fault(index, 'without its finding')
					}
				}
				due = happening.to
				decided = false
				break
			case 'cause.named':
				if (due !== `cause:${happening.cause}`) fault(index, `the branch leads to ${due}`)
				due = undefined
				break
			case 'session.ended':
				due = undefined
				break
			case 'input.changed':
			case 'note':
				break
		}
	})
	return faults
}

import { renderCommand } from '../flow/templates.ts'
import type { OpenedFlow } from './compose.ts'

/** Every command of a flow as it would be run with these inputs. What only a host's facts can fill in is left as written. */
export function dryRun({ flow, evaluator }: OpenedFlow, inputs: Readonly<Record<string, string>>, on: string): string {
	const lines = [`Nothing is run. The commands of ${flow.id}, as they would be run on ${on}:`, '']
	for (const step of Object.values(flow.steps)) {
		if (step.run.length === 0) continue
		lines.push(step.title)
		for (const command of step.run) {
			const rendered = renderCommand(command.command, { inputs, facts: {}, host: on }, evaluator)
			const badge =
				command.effect === 'read'
					? 'read'
					: command.effect === 'change'
						? 'changes, after a yes'
						: 'destructive, after a yes'
			const root = command.privilege === 'root' ? ', as root' : ''
			lines.push(`  ${rendered.ok ? rendered.text : command.command}    [${badge}${root}]`)
		}
		lines.push('')
	}
	return lines.join('\n')
}

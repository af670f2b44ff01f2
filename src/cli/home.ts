import { listFlows } from '../app/flows.ts'
import { allSessions } from '../app/sessions.ts'
import { functions, parsers } from '../subjects/catalogue.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree` alone: what there is, and what to type next. */
export async function home({ stdout, env }: TerminalStreams): Promise<number> {
	const flows = await listFlows({ parsers, functions })
	const open = (await allSessions(env)).filter(
		(session) => session.kind === 'session' && session.state.kind === 'interrupted',
	)
	const width = Math.max(0, ...flows.map(({ id }) => id.length))
	stdout.write('Flows\n')
	for (const flow of flows) {
		const about =
			flow.title === undefined ? `does not check: runtree check ${flow.file}` : `${flow.title}. ${flow.summary ?? ''}`
		stdout.write(`  ${flow.id.padEnd(width)}  ${about.trim()}\n`)
	}
	if (open.length > 0) {
		stdout.write('\nInterrupted sessions\n')
		for (const session of open.slice(0, 5)) stdout.write(`  ${session.id}    runtree resume ${session.id}\n`)
	}
	const first = flows[0]?.id ?? 'flask-502'
	stdout.write(
		[
			'',
			'What next',
			`  runtree run ${first}                 walk through it on this host`,
			`  runtree run ${first} --on podman://NAME   … in a container`,
			`  runtree diagnose ${first}            find the cause unattended, changing nothing`,
			`  runtree practice                      learn it on a recorded host`,
			'  runtree --help                        everything else',
			'',
		].join('\n'),
	)
	return 0
}

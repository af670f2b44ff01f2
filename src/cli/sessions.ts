import { allSessions } from '../app/sessions.ts'
import type { SessionSummary } from '../journal/list.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree sessions`: what was walked on this machine, the latest first. */
export async function sessions(
	{ json }: { readonly json?: boolean },
	{ stdout, stderr, env }: TerminalStreams,
): Promise<number> {
	const found = await allSessions(env)
	if (json === true) {
		stdout.write(`${JSON.stringify({ format: 1, sessions: found }, null, 2)}\n`)
		return 0
	}
	if (found.length === 0) {
		stderr.write('No sessions yet. `runtree practice` begins one on a recorded host.\n')
		return 0
	}
	const rows = found.map(row)
	const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? []
	for (const cells of rows) {
		stdout.write(
			`${cells
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd()}\n`,
		)
	}
	return 0
}

function row(session: SessionSummary): readonly string[] {
	if (session.kind === 'unreadable') return [session.id, '', '', session.reason]
	const { started, state } = session
	return [session.id, started.flow.title, started.target, stateWords(state)]
}

/** `cause: upstream-mismatch`, `interrupted (resume it)`. */
function stateWords(state: Extract<SessionSummary, { kind: 'session' }>['state']): string {
	switch (state.kind) {
		case 'ended':
			return state.causes.length > 0 ? `${state.outcome}: ${state.causes.join(', ')}` : state.outcome
		case 'interrupted':
			return 'interrupted (resume it)'
		case 'open':
			return `open in process ${state.process}`
	}
}

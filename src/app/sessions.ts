import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listSessions, type SessionSummary } from '../journal/list.ts'
import { JOURNAL_FILE, sessionsFolder } from '../journal/paths.ts'
import { type JournalContent, readJournal } from '../journal/read.ts'
import type { Environment } from '../target/environment.ts'
import { UserError } from './user-error.ts'

/** The sessions kept for this user, the latest first. */
export function allSessions(env: Environment): Promise<readonly SessionSummary[]> {
	return listSessions(sessionsFolder(env))
}

/**
 * The session that `name` means: an id or the beginning of one (the latest that fits), the path of a journal or of its
 * folder, or the latest session when there is no name.
 */
export async function findSession(
	name: string | undefined,
	env: Environment,
): Promise<{ folder: string; file: string }> {
	if (name !== undefined && (name.includes('/') || name.endsWith('.jsonl'))) {
		if (!existsSync(name)) throw new UserError(`There is no ${name}; \`runtree sessions\` lists the sessions.`)
		if (!statSync(name).isDirectory()) return { folder: dirname(name), file: name }
		if (!existsSync(join(name, JOURNAL_FILE))) {
			throw new UserError(`The folder ${name} holds no session; \`runtree sessions\` lists the sessions.`)
		}
		return { folder: name, file: join(name, JOURNAL_FILE) }
	}
	const sessions = await allSessions(env)
	const found =
		name === undefined ? sessions[0] : name === '' ? undefined : sessions.find(({ id }) => id.startsWith(name))
	if (found === undefined) {
		throw new UserError(
			name === undefined
				? 'There is no session yet; `runtree run flask-502` begins one.'
				: `No session is named "${name}"; \`runtree sessions\` lists them.`,
		)
	}
	return { folder: found.folder, file: join(found.folder, JOURNAL_FILE) }
}

/** A session's journal, read. Whatever is wrong is a UserError. */
export async function entriesOf(name: string, env: Environment): Promise<JournalContent & { readonly file: string }> {
	const { file } = await findSession(name, env)
	const read = await readJournal(file)
	if (!read.ok) throw new UserError(read.reason)
	return { ...read, file }
}

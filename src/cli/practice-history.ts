import { exitCodes } from '../app/exit-codes.ts'
import { historyFile, readHistory, type Scored } from '../app/practice/history.ts'
import { UserError } from '../app/user-error.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree practice --history`: the score cards, the oldest first. */
export async function practiceHistory(
	options: { readonly json?: boolean },
	{ stdout, stderr, env }: TerminalStreams,
): Promise<number> {
	const file = historyFile(env)
	const { cards, skipped } = await readHistory(env).catch((error: Error) => {
		throw new UserError(`The score cards in ${file} cannot be read (${error.message}).`)
	})
	if (options.json === true) stdout.write(`${JSON.stringify({ format: 1, cards }, null, 2)}\n`)
	else if (cards.length === 0) stdout.write('There are no score cards yet; `runtree practice --quiz` makes one.\n')
	else
		for (const line of ['date        score  right  hints    time  level   symptom', ...cards.map(row)])
			stdout.write(`${line}\n`)
	if (skipped > 0) {
		stderr.write(
			`runtree: ${skipped === 1 ? 'a line' : `${skipped} lines`} of ${file} cannot be read and ${skipped === 1 ? 'was' : 'were'} left out.\n`,
		)
	}
	return exitCodes.ok
}

function row({ at, score, right, questions, hints, durationMs, difficulty, symptom, live }: Scored): string {
	const seconds = Math.round(durationMs / 1000)
	const time = `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`
	return [
		at.slice(0, 10),
		`${score ?? '-'}`.padStart(5),
		`${right}/${questions}`.padStart(5),
		`${hints}`.padStart(5),
		time.padStart(6),
		difficulty.padEnd(6),
		`${symptom}${live ? ' (live)' : ''}`,
	].join('  ')
}

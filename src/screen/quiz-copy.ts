import { count } from './copy.ts'
import type { ScoreCard } from './model.ts'

/** The words of a score card. */

/** `Score: 83 of 100.` */
export function scoreHeading({ score }: ScoreCard): string {
	return score === null ? 'No score: the cause was not reached.' : `Score: ${score} of 100`
}

/** `5 of 6 right, 1 wrong turn, no hints, 3 min 12 s to the cause.` `time`: how long it took, in words. */
export function scoreLine({ questions, right, hints, detours, score }: ScoreCard, time: string): string {
	const wrong = questions - right
	return `${[
		`${right} of ${count(questions, 'question')} right`,
		wrong === 0 ? 'no wrong turn' : count(wrong, 'wrong turn'),
		hints === 0 ? 'no hints' : count(hints, 'hint'),
		...(detours === 0 ? [] : [`${count(detours, 'step')} beyond the shortest path`]),
		score === null ? time : `${time} to the cause`,
	].join(', ')}.`
}

/** What to read next; empty when nothing was missed. */
export function readAgain({ read, flow }: ScoreCard): string {
	return read.length === 0
		? ''
		: `Read next, in the guide (\`runtree guide ${flow}\`): ${read.map((title) => `“${title}”`).join(', ')}.`
}

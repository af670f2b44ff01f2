import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What hosts of the lab printed that were broken on purpose: `test/fixtures/recorded/<fault>.<variant>.jsonl`, a line about
 * the host, then one for each answer. `test/lab/record-fixtures.ts` writes them.
 */

const FOLDER = join(import.meta.dirname, '../fixtures/recorded')

/** What is known of the host besides its answers. */
export interface RecordingHeader {
	readonly fault: string
	readonly title: string
	readonly variant: string
	/** What was broken, in the order in which it is found; `healthy` for nothing. */
	readonly causes: readonly string[]
	readonly url: string
	readonly unit: string
}

/** What one command printed. */
export interface RecordedAnswer {
	/** A short name of the command, the same for all hosts. */
	readonly slug: string
	readonly command: string
	readonly exitCode: number
	/** Empty when it is left out in the file. */
	readonly stdout: string
	readonly stderr: string
}

export interface Recording extends RecordingHeader {
	/** `import-crash-loop.unix`. */
	readonly name: string
	readonly answers: ReadonlyMap<string, RecordedAnswer>
}

const read = new Map<string, Recording>()

/** The names of all recordings, sorted. Throws when there are none: a test of nothing passes too easily. */
export function recordingNames(): readonly string[] {
	const names = readdirSync(FOLDER).map((file) => file.replace(/\.jsonl$/, ''))
	if (names.length === 0) throw new Error(`There are no recordings in ${FOLDER}.`)
	return names.toSorted()
}

/** The recording of that name, each read once. Throws when there is none. */
export function recording(name: string): Recording {
	const known = read.get(name)
	if (known !== undefined) return known
	const [header = '', ...lines] = readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8')
		.trimEnd()
		.split('\n')
	const answers = lines.map((line): RecordedAnswer => ({ stdout: '', stderr: '', ...JSON.parse(line) }))
	const made = {
		...(JSON.parse(header) as RecordingHeader),
		name,
		answers: new Map(answers.map((answer) => [answer.slug, answer])),
	}
	read.set(name, made)
	return made
}

/** One stream of an answer, `journalctl` or `nginx-test.stderr`; empty when the host has no such recording. */
export function streamText({ answers }: Recording, stream: string): string {
	const [slug = '', isError] = stream.split(/(\.stderr)$/)
	return answers.get(slug)?.[isError === undefined ? 'stdout' : 'stderr'] ?? ''
}

/** Both streams of an answer, as a terminal shows them; empty when the host has no such recording. */
export function terminalText({ answers }: Recording, slug: string): string {
	const answer = answers.get(slug)
	return answer === undefined ? '' : answer.stderr + answer.stdout
}

/** Writes a recording, in place of an earlier one of that name. */
export function writeRecording(name: string, header: RecordingHeader, answers: readonly RecordedAnswer[]): void {
	const lines = answers.map(({ slug, command, exitCode, stdout, stderr }) => ({
		...{ slug, command, exitCode },
		...(stdout === '' ? {} : { stdout }),
		...(stderr === '' ? {} : { stderr }),
	}))
	const text = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
	writeFileSync(join(FOLDER, `${name}.jsonl`), text)
}

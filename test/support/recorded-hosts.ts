import { type RecordedAnswer, type Recording, recording, recordingNames, terminalText } from './recordings.ts'

/** What the lab's hosts printed, as somebody would paste it. */

export interface RecordedHost extends Recording {
	readonly commands: readonly RecordedAnswer[]
}

export function recordedHosts(): readonly RecordedHost[] {
	return recordingNames().map((name) => {
		const host = recording(name)
		return { ...host, commands: [...host.answers.values()] }
	})
}

/** What a command printed, as a terminal shows it: both streams. Empty when the host has no such recording. */
export function outputOf(host: RecordedHost, slug: string): string {
	return terminalText(host, slug)
}

/** Several outputs one after the other, each below the prompt that it was asked at. */
export function transcriptOf(host: RecordedHost, slugs: readonly string[], prompt = 'root@web1:~# '): string {
	const outputs = slugs.flatMap((slug) => {
		const command = host.answers.get(slug)?.command
		return command === undefined ? [] : [`${prompt}${command}\n${outputOf(host, slug)}`]
	})
	return outputs.join('\n')
}

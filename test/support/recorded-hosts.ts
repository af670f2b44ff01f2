import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './program.ts'

/** What the lab's hosts printed: one folder a fault and a variant, with the true causes in its index. */

const folder = join(root, 'test/fixtures/recorded')

export interface RecordedHost {
	/** `import-crash-loop.unix`. */
	readonly name: string
	readonly fault: string
	/** The cause that was planted; several for two faults at once; `healthy` for none. */
	readonly causes: readonly string[]
	readonly url: string
	readonly commands: readonly { readonly slug: string; readonly command: string }[]
}

export function recordedHosts(): readonly RecordedHost[] {
	return readdirSync(folder).map((name) => ({
		name,
		...(JSON.parse(readFileSync(join(folder, name, 'index.json'), 'utf8')) as Omit<RecordedHost, 'name'>),
	}))
}

/** What a command printed, as a terminal shows it: both streams. Empty when the host has no such recording. */
export function outputOf({ name }: RecordedHost, slug: string): string {
	return ['.stderr.txt', '.txt'].map((ending) => readOptional(join(folder, name, `${slug}${ending}`))).join('')
}

/** Several outputs one after the other, each below the prompt that it was asked at. */
export function transcriptOf(host: RecordedHost, slugs: readonly string[], prompt = 'root@web1:~# '): string {
	const outputs = slugs.flatMap((slug) => {
		const command = host.commands.find((one) => one.slug === slug)?.command
		return command === undefined ? [] : [`${prompt}${command}\n${outputOf(host, slug)}`]
	})
	return outputs.join('\n')
}

function readOptional(path: string): string {
	try {
		return readFileSync(path, 'utf8')
	} catch {
		return ''
	}
}

import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** Asks for one line on a terminal without showing what is typed; undefined when there is none (Ctrl-C, Ctrl-D). */
export function askSecret(
	question: string,
	{ stdin, stderr }: { readonly stdin: NodeJS.ReadStream; readonly stderr: NodeJS.WriteStream },
): Promise<string | undefined> {
	const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
	const reader = createInterface({ input: stdin, output: unseen, terminal: true, historySize: 0 })
	stderr.write(question)
	return new Promise((resolve) => {
		let answer: string | undefined
		reader.once('line', (line) => {
			answer = line
			reader.close()
		})
		reader.once('SIGINT', () => reader.close())
		reader.once('close', () => {
			stderr.write('\n')
			stdin.pause()
			resolve(answer)
		})
	})
}

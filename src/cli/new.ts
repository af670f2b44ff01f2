import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programFolder } from '../app/flows.ts'
import { UserError } from '../app/user-error.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree new FLOW`: a small flow that checks, to begin with. Never writes over one. */
export async function newFlow(id: string, { stdout }: TerminalStreams): Promise<number> {
	if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id) || id.length > 64 || id in {}) {
		throw new UserError(`"${id}" is not an id; give lower-case letters, digits and single dashes, such as disk-full.`)
	}
	const file = join('flows', id, 'flow.yaml')
	const text = await starterFlow(id)
	// Throws where the folder was removed: Node would try to make folders in it for ever.
	process.cwd()
	try {
		await mkdir(join('flows', id), { recursive: true })
		await writeFile(file, text, { flag: 'wx' })
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code
		throw new UserError(
			code === 'EEXIST'
				? `${file} is there already; give another id, or edit that file.`
				: `${file} cannot be written (${code}); go to a folder that you may write to.`,
		)
	}
	stdout.write(`${file}\n\nNext:\n  runtree check ${id}\n  runtree run ${id} --dry-run\n`)
	return 0
}

/** The text of a flow with one of everything that most flows need. */
async function starterFlow(id: string): Promise<string> {
	const text = await readFile(join(programFolder(), 'flows', 'new-flow.yaml'), 'utf8')
	const title = `${id[0]?.toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`
	return text.replaceAll('new-flow', id).replaceAll('New flow', title)
}

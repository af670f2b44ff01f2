import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { OpenedFlow } from '../../src/app/compose.ts'
import { loadFlow } from '../../src/app/flows.ts'
import { createEvaluator } from '../../src/flow/conditions.ts'
import { functions, parsers } from '../../src/subjects/catalogue.ts'

const folder = new URL('../../flows/', import.meta.url)

/** The flows that come with the program, read anew. */
export function shippedFlows(): Promise<readonly OpenedFlow[]> {
	const ids = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/flow.yaml`, folder)))
	return Promise.all(ids.map((id) => opened(fileURLToPath(new URL(id, folder)))))
}

async function opened(path: string): Promise<OpenedFlow> {
	const loaded = await loadFlow(
		path,
		{ parsers, functions },
		{ cwd: path, shipped: fileURLToPath(folder), folders: [] },
	)
	if (!loaded.ok) throw new Error([loaded.reason, ...loaded.problems.map(({ message }) => message)].join('\n'))
	const { flow, file, shipped } = loaded
	return { flow, file, shipped, folder: loaded.folder, evaluator: createEvaluator(flow, parsers, functions) }
}

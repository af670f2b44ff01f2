import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type OpenedFlow, openFlow } from '../../src/app/compose.ts'

const folder = new URL('../../flows/', import.meta.url)

/** The flows that come with the program. */
export function shippedFlows(): Promise<readonly OpenedFlow[]> {
	const ids = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/flow.yaml`, folder)))
	return Promise.all(ids.map((id) => openFlow(fileURLToPath(new URL(id, folder)))))
}

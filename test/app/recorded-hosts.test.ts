import { beforeAll, expect, test } from 'vitest'
import { type OpenedFlow, openFlow } from '../../src/app/compose.ts'
import { hostOf, walkHost } from '../support/honest-walk.ts'
import { every } from '../support/property.ts'
import { recordedHosts } from '../support/recorded-host.ts'

/**
 * Every host that was broken in the lab, walked with what its commands printed. Where a probe was not recorded the walk
 * may stay undecided; it may never name a cause that the host does not have.
 */

let opened: OpenedFlow
beforeAll(async () => {
	opened = await openFlow('flask-502')
})

/** Causes that are true as well, where the recorded `ps` does not tell which unit a process belongs to. */
const ALSO_TRUE: Readonly<Record<string, string>> = { 'hand-started-holds-port.tcp': 'port-in-use' }

const named = new Map<string, boolean>()

test.each(every(3, recordedHosts()))('%s is given no cause that it does not have', async (name) => {
	const host = hostOf(name)
	const { report, found } = await walkHost(opened, host)
	const first = host.causes[0] ?? 'healthy'
	expect([first, 'inconclusive', ALSO_TRUE[name]]).toContain(found)
	if (report.cause !== undefined) expect(report.evidence.length, 'lines of evidence').toBeGreaterThan(0)
	const proven = report.differential.flatMap(({ cause, state }) => (state === 'proven' ? [cause] : []))
	expect(host.causes, 'what is proven').toEqual(expect.arrayContaining(proven))
	named.set(name, found === first)
})

test('most of them are decided', () => {
	const decided = [...named.values()].filter(Boolean).length
	expect(decided / named.size).toBeGreaterThan(0.75)
})

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { openFlow } from '../../src/app/compose.ts'
import { readStack } from '../../src/lab/stack.ts'
import { jobs } from './jobs.ts'
import { jobsNamed, stackOf, stacks } from './stacks.ts'

/** The causes that no fault of the flow shows on a real host, each with the reason: `faults/not-shown.yaml`. */
function notShown(flowFolder: string): Readonly<Record<string, string>> {
	const file = join(flowFolder, 'faults/not-shown.yaml')
	return existsSync(file) ? parse(readFileSync(file, 'utf8')) : {}
}

describe.each(stacks().map((stack) => [stack.id, stack] as const))('the faults of %s', (id, { faults, variants }) => {
	test('show causes of the flow', async () => {
		const { flow } = await openFlow(id)
		const known = new Set([...Object.keys(flow.causes), 'healthy'])
		expect(faults.flatMap(({ causes }) => causes).filter((cause) => !known.has(cause))).toEqual([])
	})

	test('show every cause of the flow, but for those that are named with the reason', async () => {
		const { flow, folder } = await openFlow(id)
		const shown = new Set(faults.flatMap(({ causes }) => causes))
		const reasons = notShown(folder)
		expect(Object.keys(flow.causes).filter((cause) => !shown.has(cause) && !Object.hasOwn(reasons, cause))).toEqual([])
		const stale = Object.keys(reasons).filter((cause) => shown.has(cause) || !Object.hasOwn(flow.causes, cause))
		expect(stale, 'named, though a fault shows it, or no cause of the flow').toEqual([])
		for (const [cause, reason] of Object.entries(reasons)) expect(reason, cause).toMatch(/^[A-Z].{20,}\.$/)
	})

	test('set inputs of the flow', async () => {
		const { flow } = await openFlow(id)
		const inputs = new Set(faults.flatMap((fault) => Object.keys(fault.inputs)))
		expect(Object.keys(flow.inputs)).toEqual(expect.arrayContaining([...inputs]))
	})

	test('do not give the cause away in the symptom', () => {
		for (const fault of faults) expect(fault.symptom).not.toBe(fault.title)
	})

	test('are broken on every variant when a run breaks each once', () => {
		const used = jobs({ RUNTREE_FLOW: id }).map(({ variant }) => variant)
		expect(used).toHaveLength(faults.length)
		expect(new Set(used)).toEqual(new Set(variants))
	})
})

test('CI breaks faults of every flow, by names that there are', () => {
	const script = readFileSync(join(import.meta.dirname, '../../.ci/run'), 'utf8')
	const names = /^export RUNTREE_FAULTS=(\S+)$/m.exec(script)?.[1]?.split(',') ?? []
	const known = stacks().map(({ id, faults }) => [id, faults.map(({ name }) => name)] as const)
	expect(names.filter((name) => !known.some(([, faults]) => faults.includes(name)))).toEqual([])
	for (const [id, faults] of known) expect(names.filter((name) => faults.includes(name)).length, id).toBeGreaterThan(10)
})

describe('a stack', () => {
	const place = mkdtempSync(join(tmpdir(), 'runtree-stacks-'))
	afterAll(() => rmSync(place, { recursive: true, force: true }))
	const HEADER = '# title: a\n# symptom: b\n# cause: c\n# difficulty: easy\n# expect: 502\n# fewest: 1\n'

	test("is read from a flow's folder, whatever the flow is about", () => {
		const folder = join(place, 'postgres-down')
		mkdirSync(join(folder, 'lab'), { recursive: true })
		mkdirSync(join(folder, 'faults'))
		writeFileSync(join(folder, 'lab/provision.sh'), 'true\n')
		writeFileSync(join(folder, 'lab/prelude.sh'), 'boot() { true; }\n')
		writeFileSync(join(folder, 'faults/full.sh'), `${HEADER}# variants: primary\n`)
		writeFileSync(join(folder, 'faults/stopped.sh'), `${HEADER}# variants: replica primary\n`)
		expect(readStack(folder)).toMatchObject({
			id: 'postgres-down',
			folder: join(folder, 'lab'),
			variants: ['primary', 'replica'],
			faults: [{ name: 'full' }, { name: 'stopped' }],
		})
	})

	test('may have dimensions, each with levels that are run before or after the fault', () => {
		const folder = join(place, 'redis-down')
		mkdirSync(join(folder, 'lab/dimensions/sight'), { recursive: true })
		mkdirSync(join(folder, 'lab/dimensions/names'))
		mkdirSync(join(folder, 'faults'))
		for (const file of ['provision.sh', 'prelude.sh']) writeFileSync(join(folder, 'lab', file), 'true\n')
		writeFileSync(join(folder, 'lab/dimensions/names/other.sh'), '# title: other names\ntrue\n')
		const blind = '# title: blind\n# when: after\n# without: SYS_PTRACE NET_ADMIN\nrm /bin/ss\n'
		writeFileSync(join(folder, 'lab/dimensions/sight/blind.sh'), blind)
		expect(readStack(folder)?.levels).toEqual([
			{
				dimension: 'names',
				name: 'other',
				title: 'other names',
				when: 'before',
				without: [],
				script: expect.any(String),
			},
			{
				dimension: 'sight',
				name: 'blind',
				title: 'blind',
				when: 'after',
				without: ['SYS_PTRACE', 'NET_ADMIN'],
				script: blind,
			},
		])
		writeFileSync(join(folder, 'lab/dimensions/names/odd.sh'), '# title: odd\n# when: never\n')
		expect(() => readStack(folder)).toThrow("dimensions/names/odd.sh: '# when: never' does not look like one.")
	})

	test('is not there where the flow has no lab', () => {
		expect(readStack(place)).toBeUndefined()
		expect(() => stackOf('no-such-flow')).toThrow("The flow 'no-such-flow' has no lab")
	})

	test('jobs are by the names of faults', () => {
		expect(jobsNamed(['socket-denied']).map(({ stack, fault }) => [stack.id, fault.name])).toContainEqual([
			'flask-502',
			'socket-denied',
		])
		expect(() => jobsNamed(['socket-denyed'])).toThrow("There is no fault 'socket-denyed'")
	})
})

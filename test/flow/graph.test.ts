import { readFileSync } from 'node:fs'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { CONSULT, type Flow } from '../../src/flow/flow.ts'
import { drawGraph } from '../../src/flow/graph.ts'
import { writeGuide } from '../../src/flow/guide.ts'
import type { Include } from '../../src/flow/include.ts'
import { parseFlow } from '../../src/flow/parse.ts'
import { smallParsers } from '../support/small-parsers.ts'

function load(): Flow {
	const read = (name: string): string => readFileSync(new URL(`../fixtures/flow/${name}.yaml`, import.meta.url), 'utf8')
	const include: Include = () => ({ ok: true, text: read('unit') })
	const parsed = parseFlow(read('whole'), 'whole.yaml', smallParsers, { include })
	if (!parsed.ok) throw new Error('the fixture is broken')
	return parsed.flow
}

const flow = load()

describe('drawGraph', () => {
	test('draws a tree in which every step stands once', () => {
		expect(drawGraph(flow, 'tree')).toBe(
			[
				'Small 502',
				'└ confirm: Confirm the failure path',
				'  ├ cause pool-full: The pool is full · proven',
				'  │ └ remedy restart: Restart it [changes]',
				'  │   ├ retest: Retest [retest] · It started.',
				'  │   │ ├ end resolved · It answers again.',
				'  │   │ └ end inconclusive · otherwise: Still down.',
				'  │   └ end inconclusive · otherwise: It did not start.',
				'  ├ by-hand: Look at the machine [by hand] · Nothing answers.',
				'  │ └ cause unit-stopped: The unit is stopped · you choose: It is off',
				'  │   └ remedy restart: Restart it [changes] (above)',
				'  ├ end healthy · It answers <response.status>.',
				'  ├ end inconclusive · you choose: Somebody else owns this server',
				'  └ ask: What did the endpoint answer?',
				'',
				'Quick fix',
				'└ restart: Restart it [changes] (above)',
				'',
			].join('\n'),
		)
	})

	test('names at the end the causes that no branch names', () => {
		const choice = flow.steps['by-hand']
		if (choice === undefined) throw new Error('the fixture is broken')
		const steps = { ...flow.steps, 'by-hand': { ...choice, branches: choice.branches.slice(1) } }
		expect(
			drawGraph({ ...flow, steps }, 'tree')
				.split('\n\n')
				.at(-1),
		).toBe(
			[
				'Causes that any step may prove',
				'└ cause unit-stopped: The unit is stopped · proven',
				'  └ remedy restart: Restart it [changes] (above)',
				'',
			].join('\n'),
		)
	})

	test('fits the tree to the terminal, wide characters too', () => {
		const wide: Flow = {
			...flow,
			causes: { 'unit-stopped': { ...Object.values(flow.causes)[0], title: '停止しています'.repeat(9) } as never },
		}
		for (const width of [30, 50, 80]) {
			const lines = drawGraph(wide, 'tree', width).trimEnd().split('\n')
			expect(lines.filter((line) => stringWidth(line) > width)).toEqual([])
		}
	})

	test('ends on a flow that goes round in circles', () => {
		const confirm = flow.steps.confirm
		if (confirm === undefined) throw new Error('the fixture is broken')
		const back = {
			...confirm,
			branches: confirm.branches.map((branch) => ({ ...branch, to: { kind: 'goto', step: 'confirm' } as const })),
		}
		expect(drawGraph({ ...flow, steps: { ...flow.steps, confirm: back } }, 'tree').match(/\(above\)/g)).toHaveLength(6)
	})

	test('draws mermaid with every edge, and escapes what would end a label', () => {
		const drawn = drawGraph({ ...flow, title: 'A "quoted" <b> & more' }, 'mermaid')
		expect(drawn.startsWith('flowchart TD\n')).toBe(true)
		expect(drawn).toContain('in_0(["A #34;quoted#34; #60;b#62; #38; more"]) --> step_confirm')
		expect(drawn).toContain('step_confirm ==>|"proven"| cause_pool_full')
		expect(drawn).toContain('step_confirm -->|"It answers #60;response.status#62;."| end_healthy')
		expect(drawn).not.toContain(CONSULT)
		expect(drawn).toContain('cause_unit_stopped -->|"remedy"| step_restart')
		expect(drawn.match(/ (?:-->|==>)\|/g)).toHaveLength(11)
	})

	test('draws dot, and escapes what would end a label', () => {
		const drawn = drawGraph({ ...flow, title: 'A "quoted" \\ title' }, 'dot')
		expect(drawn).toContain('in_0 [label="A \\"quoted\\" \\\\ title", shape=oval]')
		expect(drawn).toContain('"step_by-hand" -> "cause_unit-stopped" [label="you choose: It is off"]')
		expect(drawn.match(/->/g)).toHaveLength(13)
	})
})

describe('writeGuide', () => {
	const guide = writeGuide(flow)

	test('has every part of the flow', () => {
		const headings = guide.split('\n').filter((line) => line.startsWith('#'))
		expect(headings).toEqual([
			'# Small 502',
			'## Before you start',
			'## Ways in',
			'## Steps',
			'### 1. Confirm the failure path',
			'### 2. Look at the machine',
			'### 3. Restart it',
			'### 4. Retest',
			'## Causes',
			'### The pool is full',
			'### The unit is stopped',
			'## Checklist',
			'## Questions',
			'### What does 502 mean?',
		])
		expect(guide).toContain('- `<url>`: Public URL, `http://127.0.0.1/` unless you say otherwise')
		expect(guide).toContain('```sh\nsystemctl restart <unit>\n```')
		expect(guide).toContain('**Changes the host.** As root. To take it back: `systemctl stop <unit>`.')
		expect(guide).toContain('- It answers \\<response.status>. → **healthy**')
		expect(guide).toContain('- All \\<pool.children> workers are busy. → cause: [The pool is full](#cause-pool-full)')
		expect(guide).toContain(
			'**It shows by:**\n\n- The unit \\<unit> is \\<service.state>.\n\nUnless it is explained by: The pool is full.',
		)
		expect(guide).toContain('**Remedy:** [step 3, Restart it](#step-restart)')
		expect(guide).toContain('- [ ] The unit is active')
	})

	test('has a place for every link', () => {
		const links = [...guide.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id)
		expect(links.length).toBeGreaterThan(5)
		for (const id of links) expect(guide).toContain(`<a id="${id}"></a>`)
	})

	test('fences a command that holds a fence', () => {
		const restart = flow.steps.restart
		if (restart === undefined) throw new Error('the fixture is broken')
		const run = restart.run.map((command) => ({ ...command, command: 'echo ```' }))
		const written = writeGuide({ ...flow, steps: { ...flow.steps, restart: { ...restart, run } } })
		expect(written).toContain('````sh\necho ```\n````')
	})
})

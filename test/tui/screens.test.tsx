import { describe, expect, test } from 'vitest'
import { badGateway } from '../support/fake-session.ts'
import { type RenderAppOptions, type RenderedApp, renderApp } from '../support/render-app.tsx'
import { flow, otherwise, probe, remedy, step } from '../support/small-flow.ts'

/** Every screen at every size: header on top, footer at the bottom, the next key on it, nothing pushed off. */

const sizes = [
	[40, 10],
	[50, 16],
	[80, 24],
	[160, 50],
	[200, 60],
] as const

const atRest = async (app: RenderedApp): Promise<void> => {
	await app.session.whenIdle()
	await app.settled()
}

interface Scene {
	readonly name: string
	readonly options?: RenderAppOptions
	readonly go: (app: RenderedApp) => Promise<void>
	/** On the last row. */
	readonly key: string
	/** Somewhere on the screen. */
	readonly shows: readonly string[]
}

const toCause = async (app: RenderedApp): Promise<void> => {
	await app.keys('\r')
	await atRest(app)
	await app.keys('\r', '\r')
	await atRest(app)
	await app.keys('\r')
}

const scenes: readonly Scene[] = [
	{ name: 'ready', go: async () => {}, key: 'Enter run', shows: ['Confirm the failure path', 'curl', 'read'] },
	{
		name: 'running',
		options: { answers: { curl: [{ ...badGateway, holds: true }] } },
		go: async (app) => {
			await app.keys('\r')
			await app.waitFor('Connection: keep')
		},
		key: 'Ctrl-C cancel',
		shows: ['running', 'Connection: keep-alive'],
	},
	{
		name: 'deciding',
		go: async (app) => {
			await app.keys('\r')
			await atRest(app)
		},
		key: 'Enter go on',
		shows: ['nginx itself answers 502', 'recommended'],
	},
	{
		name: 'a question',
		options: { answers: { curl: [{ lines: ['curl: (52) Empty reply from server'] }] } },
		go: async (app) => {
			await app.keys('\r')
			await atRest(app)
		},
		key: 'choose',
		shows: ['What did http://127.0.0.1/ answer?', 'A proxy in front'],
	},
	{ name: 'cause', go: toCause, key: 'Enter open remedy', shows: ['CAUSE', 'Start Gunicorn'] },
	{
		name: 'confirm',
		go: async (app) => {
			await toCause(app)
			await app.keys('\r', '\r')
		},
		key: 'y run it',
		shows: ['Run this on web-1?', 'systemctl start gunicorn', 'Undo'],
	},
	{
		name: 'destructive confirm',
		go: async (app) => {
			await toCause(app)
			await app.keys('2', '\r', '\r')
		},
		key: 'Enter run it',
		shows: ['Destructive', 'rm -f /run/gunicorn.sock', '> '],
	},
	{
		name: 'ended',
		go: async (app) => {
			await toCause(app)
			await app.keys('\r', '\r', 'y')
			await atRest(app)
			await app.keys('\r', '\r')
			await atRest(app)
			await app.keys('\r')
		},
		key: 'Enter close',
		shows: ['Resolved'],
	},
	{ name: 'help', go: (app) => app.keys('?'), key: 'Esc close', shows: ['Keys that do something now'] },
	{ name: 'guide', go: (app) => app.keys(' '), key: 'Esc close', shows: ['A 502 from nginx means'] },
	{ name: 'map', go: (app) => app.keys('m'), key: 'Enter go to step', shows: ['you are here'] },
	{ name: 'inputs', go: (app) => app.keys('i'), key: 'Enter change', shows: ['Public URL'] },
	{ name: 'note', go: (app) => app.keys('n', 'a'), key: 'Enter done', shows: ['Note:', '> a'] },
	{ name: 'edit', go: (app) => app.keys('e'), key: 'Enter done', shows: ['counts as a change'] },
	{ name: 'paste', go: (app) => app.keys('p'), key: 'Ctrl-D use it', shows: ['Nothing pasted yet'] },
	{ name: 'leave', go: (app) => app.keys('q'), key: 'y leave', shows: ['Leave this session?'] },
	{
		name: 'why',
		go: async (app) => {
			await app.keys('\r')
			await atRest(app)
			await app.keys('w')
		},
		key: 'Esc close',
		shows: ['response.status == 502'],
	},
	{
		name: 'the whole output',
		go: async (app) => {
			await app.keys('\r')
			await atRest(app)
			await app.keys('o')
		},
		key: 'close',
		shows: ['Output, 6 lines', 'HTTP/1.1 502'],
	},
]

function expectFrame(app: RenderedApp, cols: number, rows: number, key: string): void {
	const screen = app.screen()
	expect(screen).toHaveLength(rows)
	expect(screen[0]).toContain('Flask 502')
	expect(screen[0]).toContain('web-1')
	expect(screen.at(-2)).toMatch(/^─/)
	expect(screen.at(-1)).toContain(key)
	expect(screen.at(-2)?.length).toBe(cols)
	expect(app.alternate()).toBe(true)
}

describe.each(sizes)('%i x %i', (cols, rows) => {
	test.each(scenes)('$name', async ({ options, go, key, shows }) => {
		const app = await renderApp({ ...options, cols, rows })
		await go(app)
		expectFrame(app, cols, rows, key)
		if (cols >= 80) for (const text of shows) expect(app.text()).toContain(text)
		await app.unmount()
	})
})

test('a resize keeps everything in its place', async () => {
	const app = await renderApp()
	await app.keys('\r')
	await atRest(app)
	for (const [cols, rows] of [...sizes, [30, 8], [80, 24]] as const) {
		await app.resize(cols, rows)
		if (cols < 40) expect(app.text()).toContain('Too small')
		else expectFrame(app, cols, rows, 'Enter go on')
	}
	await app.unmount()
})

test('colours carry nothing alone: without them the same words and signs stand there', async () => {
	const look = async (colour: boolean): Promise<string> => {
		const app = await renderApp({ colour })
		await toCause(app)
		if (!colour) expect(app.look('CAUSE')).toMatchObject({ coloured: false, inverse: true })
		else expect(app.look('CAUSE')).toMatchObject({ coloured: true })
		const text = app.text()
		await app.unmount()
		return text
	}
	expect(await look(false)).toBe(await look(true))
})

test('a terminal without UTF-8 gets ASCII only, also for texts of the host', async () => {
	const app = await renderApp({ glyphs: 'ascii' })
	await app.keys('\r')
	await atRest(app)
	await app.keys('\r', '\r')
	await atRest(app)
	expect(app.text()).toContain('x gunicorn.service')
	expect(app.text()).toMatch(/^[\x20-\x7e\n]*$/)
	await app.unmount()
})

test.each([
	['emoji that are joined', '👩‍💻🇩🇪👍🏽 '.repeat(30)],
	['wide characters', '接続が拒否されました。'.repeat(20)],
	['marks that combine', 'e\u0301\u0302\u0303'.repeat(100)],
	['words that never end', 'x'.repeat(500)],
	['right to left, and tricks with it', '\u202Eשלום עולם\u202C '.repeat(20)],
])('the frame holds on a real terminal with %s', async (_, said) => {
	const app = await renderApp({
		answers: { curl: [{ lines: ['HTTP/1.1 502 Bad Gateway', said, said] }] },
		host: `web-1 ${said}`,
		cols: 120,
		rows: 30,
	})
	await app.keys('\r')
	await atRest(app)
	const screen = app.screen()
	expect(screen[0]).toContain('Flask 502')
	expect(screen[1]).toMatch(/^─{120}$/)
	expect(screen.at(-2)).toMatch(/^─{120}$/)
	expect(screen.at(-1)).toContain('Enter go on')
	expect(app.text()).toContain('nginx itself answers 502')
	await app.keys('n', ...said.slice(0, 30).split(''))
	expect(app.screen().at(-2)).toMatch(/^─{120}$/)
	await app.unmount()
})

test('a step with many long commands keeps its guide and the next command in sight', async () => {
	const commands = Array.from({ length: 12 }, (_, index) => probe(`step-${index} ${'--option=value '.repeat(30)}`))
	const many = step('many', {
		title: 'Many commands',
		guide: 'Read this first.',
		run: commands,
		branches: [otherwise('end:healthy', 'Done.')],
	})
	const app = await renderApp({ flow: flow([many]), inputs: {}, answers: { 'step-': [{}] } })
	expect(app.text()).toContain('Read this first.')
	expect(app.text()).toContain('▸ step-0')
	await app.keys('\r')
	await atRest(app)
	expect(app.text()).toContain('Read this first.')
	expect(app.text()).toContain('Done.')
	expect(app.screen().at(-1)).toContain('Enter go on')
	await app.unmount()
})

test('a yes to a further command rests on what the one before it printed', async () => {
	const mend = step('mend', {
		title: 'Mend the file',
		guide: 'About the file.',
		run: [remedy('sed it'), remedy('rm it', { effect: 'destructive' })],
		branches: [otherwise('end:inconclusive', 'Done.')],
	})
	const answers = { sed: [{ lines: ['< proxy_pass http://old', '> proxy_pass http://new'] }] }
	for (const [cols, rows] of sizes) {
		const app = await renderApp({ flow: flow([mend], [], { title: 'Flask 502' }), inputs: {}, answers, cols, rows })
		await app.keys('\r', 'y')
		await atRest(app)
		expectFrame(app, cols, rows, 'Enter run it')
		expect(app.text()).toContain('rm it')
		if (rows >= 24) {
			expect(app.text()).toContain('> proxy_pass http://new')
			await app.keys('x')
			expect(app.screen().findLast((line) => /^\W*> x/.test(line))).toBeDefined()
		}
		await app.unmount()
	}
})

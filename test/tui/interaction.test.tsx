import { describe, expect, test } from 'vitest'
import { badGateway } from '../support/fake-session.ts'
import { type RenderedApp, renderApp } from '../support/render-app.tsx'

const ENTER = '\r'
const ESCAPE = '\u001B'
const CTRL_C = '\u0003'
const PAGE_UP = '\u001B[5~'

const atRest = async (app: RenderedApp): Promise<void> => {
	await app.session.whenIdle()
	await app.settled()
}
const enter = async (app: RenderedApp, times = 1): Promise<void> => {
	for (let index = 0; index < times; index++) {
		await app.keys(ENTER)
		await atRest(app)
	}
}
const journaled = (app: RenderedApp, type: string): readonly unknown[] =>
	app.entries.filter((entry) => entry.type === type)

describe('Enter', () => {
	test('leads from the first step to the question before the first change, and never past it', async () => {
		const app = await renderApp()
		await enter(app, 25)
		expect(app.text()).toContain('Run this on web-1?')
		expect(app.ran.filter((command) => !command.startsWith('curl') && !command.startsWith('systemctl status'))).toEqual(
			[],
		)
		await app.keys('y')
		await atRest(app)
		expect(app.ran).toContain('systemctl start gunicorn')
		await enter(app, 3)
		expect(app.text()).toContain('Resolved: the retest no longer shows the fault.')
		await app.unmount()
	})

	test('takes no branch where nothing is recommended', async () => {
		const app = await renderApp({ answers: { curl: [{ lines: ['nothing that is known'] }] } })
		await enter(app, 3)
		expect(app.text()).toContain('Nothing is recommended here')
		expect(journaled(app, 'branch.taken')).toEqual([])
		await app.keys('j', ENTER)
		expect(journaled(app, 'branch.taken')).toMatchObject([{ by: 'operator' }])
		await app.unmount()
	})

	test('runs a cancelled command again', async () => {
		const app = await renderApp({ answers: { curl: [{ ...badGateway, holds: true }, badGateway] } })
		await app.keys(ENTER)
		await app.keys(CTRL_C)
		await atRest(app)
		expect(app.screen().at(-1)).toContain('Enter run again')
		await enter(app)
		expect(app.ran).toHaveLength(2)
		expect(app.text()).toContain('nginx itself answers 502')
		await app.unmount()
	})
})

describe('a question before a change', () => {
	const toConfirm = async (keys: readonly string[] = []): Promise<RenderedApp> => {
		const app = await renderApp()
		await enter(app, 4)
		await app.keys(...keys)
		await enter(app, 2)
		return app
	}

	test.each([
		['keys that come in one piece', (app: RenderedApp) => app.keys('yy')],
		['a yes with an Enter behind it in one piece', (app: RenderedApp) => app.keys('y\r')],
		['pasted text', (app: RenderedApp) => app.paste('y')],
		[
			'a long text from a terminal that does not mark pastes',
			(app: RenderedApp) => app.keys('yes yes yes yes yes yes\ry'),
		],
	])('is not answered by %s', async (_, answer) => {
		const app = await toConfirm()
		await answer(app)
		await atRest(app)
		expect(app.text()).toContain('Run this on web-1?')
		expect(app.ran).toHaveLength(2)
		await app.unmount()
	})

	test.each(['n', ESCAPE, CTRL_C])('no (%j) goes on with nothing', async (key) => {
		const app = await toConfirm()
		await app.keys(key)
		expect(app.ran).toHaveLength(2)
		expect(journaled(app, 'declined')).toHaveLength(1)
		expect(app.left()).toBe(false)
		expect(app.text()).toContain('Your choice')
		await app.unmount()
	})

	test("a destructive one wants the host's name, typed, and then Enter by itself", async () => {
		const app = await toConfirm(['2'])
		expect(app.text()).toContain('Destructive: run this on web-1?')
		await app.keys('y')
		await app.keys('\u0015')
		await app.keys('web-1\r')
		await atRest(app)
		expect(app.ran).toHaveLength(2)
		await app.paste('web-1')
		expect(app.text()).toContain("Type the host's name by hand.")
		await app.keys('\u0015', 'web-2')
		await enter(app)
		expect(app.text()).toContain("That is not the host's name.")
		expect(app.ran).toHaveLength(2)
		await app.keys('web-1')
		await enter(app)
		expect(app.ran[2]).toBe('rm -f /run/gunicorn.sock')
		await app.unmount()
	})
})

describe('keys in one piece', () => {
	test('are told apart', async () => {
		const app = await renderApp()
		await enter(app)
		await app.keys('jkj')
		expect(app.screen().find((line) => line.includes('▸ 2'))).toContain('A proxy in front of nginx')
		await app.keys('kj\r')
		expect(journaled(app, 'branch.taken')).toMatchObject([{ branch: 3 }])
		await app.unmount()
	})

	test('in a text are text', async () => {
		const app = await renderApp()
		await app.keys('n', 'quit? no, y', ENTER)
		expect(journaled(app, 'note')).toMatchObject([{ text: 'quit? no, y' }])
		expect(app.left()).toBe(false)
		await app.unmount()
	})
})

test('Ctrl-U with a long text right behind it, in one piece, clears the field first', async () => {
	const app = await renderApp()
	await app.keys('n', 'of before', '\u0015written so fast that it looks like a paste')
	expect(app.text()).toContain('> written so fast')
	await app.keys(ENTER)
	expect(journaled(app, 'note')).toMatchObject([{ text: 'written so fast that it looks like a paste' }])
	await app.unmount()
})

describe('pasted text', () => {
	test('triggers nothing where nothing is typed', async () => {
		const app = await renderApp()
		await app.paste('\rq\ryes\r')
		await atRest(app)
		expect(app.ran).toEqual([])
		expect(app.text()).toContain('Pasted text is ignored here.')
		await app.unmount()
	})

	test('is read as the output of the command where it is asked for', async () => {
		const app = await renderApp()
		await app.keys('p')
		await app.paste('HTTP/1.1 502 Bad Gateway\r\nServer: nginx')
		expect(app.text()).toContain('2 lines so far.')
		await enter(app)
		expect(app.ran).toEqual([])
		expect(app.text()).toContain('nginx itself answers 502')
		await app.unmount()
	})

	test('from a terminal that does not mark it is not cut off at its first line', async () => {
		const app = await renderApp()
		await app.keys('p')
		await app.keys('HTTP/1.1 502 Bad Gateway\rServer: nginx')
		await app.keys(ENTER)
		await app.keys('X-More: yes')
		expect(app.text()).toContain('3 lines so far.')
		expect(app.entries.some((entry) => entry.type === 'command.started')).toBe(false)
		await app.keys('\u0004')
		await atRest(app)
		expect(app.text()).toContain('nginx itself answers 502')
		await app.unmount()
	})
})

describe('Ctrl-C', () => {
	const holding = { answers: { curl: [{ ...badGateway, holds: true as const }] } }

	test('cancels, and again within two seconds leaves', async () => {
		const app = await renderApp(holding)
		await app.keys(ENTER, CTRL_C)
		await atRest(app)
		expect(app.left()).toBe(false)
		expect(app.text()).toContain('cancelled')
		await app.keys(CTRL_C)
		expect(app.left()).toBe(true)
		await app.unmount()
	})

	test('later asks first', async () => {
		let now = 0
		const app = await renderApp({ ...holding, now: () => now })
		await app.keys(ENTER, CTRL_C)
		await atRest(app)
		now = 2001
		await app.keys(CTRL_C)
		expect(app.left()).toBe(false)
		expect(app.text()).toContain('Leave this session?')
		await app.keys('n')
		expect(app.text()).not.toContain('Leave this session?')
		await app.keys(CTRL_C, CTRL_C)
		expect(app.left()).toBe(true)
		await app.unmount()
	})
})

test('running on goes to the cause by probes alone, and stops there', async () => {
	const app = await renderApp()
	await app.keys('a')
	await app.waitFor('CAUSE')
	expect(app.ran.map((command) => command.split(' ')[0])).toEqual(['curl', 'systemctl'])
	expect(app.text()).toContain('this needs you')
	await app.unmount()
})

test('running on stops at a question', async () => {
	const app = await renderApp({ answers: { curl: [{ lines: ['?'] }] } })
	await app.keys('a')
	await app.waitFor('What did http://127.0.0.1/ answer?')
	await atRest(app)
	expect(journaled(app, 'branch.taken')).toEqual([])
	await app.unmount()
})

test('what cannot be done says why', async () => {
	const app = await renderApp()
	await app.keys('b')
	expect(app.text()).toContain('This is the first step.')
	await app.keys('o')
	expect(app.text()).toContain('There is no output yet.')
	expect(app.screen().at(-1)).not.toContain('b back')
	await app.unmount()
})

test('an input is checked before it is taken', async () => {
	const app = await renderApp()
	await app.keys('i', ENTER, '\u0015', 'not a url', ENTER)
	expect(journaled(app, 'input.changed')).toEqual([])
	await app.keys('\u0015', 'http://example.org/', ENTER)
	expect(journaled(app, 'input.changed')).toMatchObject([{ name: 'url', value: 'http://example.org/' }])
	expect(app.text()).toContain('--max-time 20 http://example.org/')
	await app.unmount()
})

test('an edited command asks before it runs, also where the flow only reads', async () => {
	const app = await renderApp()
	await app.keys('e', '\u0015', 'rm -rf /srv', ENTER)
	expect(app.text()).toContain('edited')
	await enter(app)
	expect(app.text()).toContain('Run this on web-1?')
	expect(app.ran).toEqual([])
	await app.unmount()
})

test('the map leads to another step, and back leads here again', async () => {
	const app = await renderApp()
	await enter(app)
	await app.keys('m', 'j', ENTER)
	expect(app.screen()[3]).toContain("Gunicorn's service state")
	await app.keys('b')
	expect(app.text()).toContain('nginx itself answers 502')
	await app.unmount()
})

test('output follows its end while it comes, stays where the operator scrolled, and follows again at the bottom', async () => {
	const lines = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`)
	const app = await renderApp({ answers: { curl: [{ lines, holds: true }] } })
	await app.keys(ENTER)
	await app.waitFor('line 200')
	expect(app.text()).toMatch(/▴ 18\d more/)
	await app.keys(PAGE_UP)
	app.print(['line 201'])
	await app.waitFor('201 lines')
	expect(app.text()).not.toContain('line 200')
	await app.keys('G')
	expect(app.text()).toContain('line 201')
	app.print(['line 202'])
	await app.waitFor('line 202')
	await app.keys('g')
	expect(app.text()).toMatch(/line 1\n/)
	app.release()
	await atRest(app)
	await app.unmount()
})

test('the first line of evidence is in sight when a long output is judged', async () => {
	const before = Array.from({ length: 300 }, (_, index) => `noise ${index + 1}`)
	const after = Array.from({ length: 300 }, (_, index) => `more ${index + 1}`)
	const app = await renderApp({ answers: { curl: [{ lines: [...before, 'HTTP/1.1 502 Bad Gateway', ...after] }] } })
	await enter(app)
	expect(app.text()).toContain('▌ HTTP/1.1 502 Bad Gateway')
	expect(app.text()).toContain('▴ 299 more')
	await app.unmount()
})

test('why shows each condition with what it read', async () => {
	const app = await renderApp({ rows: 40 })
	await enter(app)
	await app.keys('w')
	expect(app.text()).toContain('✗ response.status == 200')
	expect(app.text()).toContain('response.status = 502')
	await app.keys('w')
	expect(app.text()).not.toContain('response.status == 200')
	await app.unmount()
})

test('the text cursor stands where the next character goes', async () => {
	const app = await renderApp()
	await app.keys('n', '日本')
	// Behind the margin, "> " and two wide characters, and shown.
	expect(app.written()).toContain('\u001B[8G\u001B[?25h')
	await app.unmount()
})

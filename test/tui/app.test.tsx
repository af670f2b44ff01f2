import { render } from 'ink-testing-library'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Session } from '../../src/session/types.ts'
import type { HandOver, TerminalHolder } from '../../src/terminal/hand-over.ts'
import { App, type AppProps } from '../../src/tui/app.tsx'
import { type Controller, createController } from '../../src/tui/controller.ts'
import { glyphsOf, themeOf } from '../../src/tui/theme.ts'
import { type ShownComponent, shownBy, terminalOfRows } from '../support/component.ts'
import { badGateway, type FakeSession, type FakeSessionOptions, fakeSession } from '../support/fake-session.ts'
import { cause, flow, otherwise, parse, probe, step, when } from '../support/small-flow.ts'

const ROWS = 30
const ENTER = '\r'
const PAGE_DOWN = '\u001B[6~'
const [DOWN, UP] = ['\u001B[B', '\u001B[A']

terminalOfRows(ROWS)

/** A controller of a session, and how many screens are told of its changes. */
function controllerOf(fake: FakeSession): Controller & { listeners(): number } {
	const controller = createController(fake.session, {
		evaluator: fake.evaluator,
		glyphs: glyphsOf('unicode'),
		onLeave: () => {},
		now: () => 0,
		clock: () => Date.now(),
	})
	onTestFinished(() => controller.close())
	let listeners = 0
	return {
		...controller,
		subscribe: (listener) => {
			const end = controller.subscribe(listener)
			listeners += 1
			return () => {
				listeners -= 1
				end()
			}
		},
		listeners: () => listeners,
	}
}

function propsOf(controller: Controller, { output }: Pick<Session, 'output'>, more: Partial<AppProps> = {}): AppProps {
	return {
		controller,
		output,
		paint: { theme: themeOf(true), glyphs: glyphsOf('unicode'), motion: false },
		stdin: { pause: () => {} },
		startedAt: Date.now(),
		...more,
	}
}

interface ShownApp extends ShownComponent, FakeSession {
	readonly rendered: ReturnType<typeof render>
	readonly controller: ReturnType<typeof controllerOf>
	/** Types, and waits until no command runs. */
	press(...keys: readonly string[]): Promise<void>
}

function show(options: FakeSessionOptions = {}, more: Partial<AppProps> = {}): ShownApp {
	const fake = fakeSession(options)
	const controller = controllerOf(fake)
	const rendered = render(<App {...propsOf(controller, fake.session, more)} />)
	const shown = shownBy(rendered)
	return {
		...fake,
		...shown,
		rendered,
		controller,
		press: async (...keys) => {
			for (const key of keys) {
				await shown.type(key)
				await fake.session.whenIdle()
			}
		},
	}
}

describe('App', () => {
	test('fills the terminal: header, path, step, command and what the keys do', () => {
		const app = show()
		expect(app.rows()).toHaveLength(ROWS)
		expect(Math.max(...app.rows().map((row) => row.length))).toBe(100)
		expect(app.rows()[0]).toMatch(/^ Flask 502 Bad Gateway +web-1 · step 1$/)
		expect(app.row('Confirm the failure path')).toContain('│')
		expect(app.row('▸ curl')).toContain('--max-time 20 http://127.0.0.1/')
		expect(app.rows().at(-1)).toContain('Enter run')
	})

	test('says how long the walk has taken, by the minute', () => {
		const AT = Date.UTC(2026, 10, 21, 3, 12, 5)
		vi.useFakeTimers({ now: AT, toFake: ['Date'] })
		onTestFinished(() => {
			vi.useRealTimers()
		})
		expect(show({}, { startedAt: AT - 59_000 }).rows()[0]).not.toContain('min')
		expect(show({}, { startedAt: AT - 5 * 60_000 }).rows()[0]).toContain('step 1 · 5 min')
	})

	test('Enter runs the command; the output, its evidence and the finding are shown, and the way on is selected', async () => {
		const app = show()
		await app.press(ENTER)
		await app.until('Found')
		expect(app.ran).toHaveLength(1)
		expect(app.row('▌ ')).toContain('HTTP/1.1 502 Bad Gateway')
		expect(app.row('Output, ')).toContain('6 lines')
		expect(app.row('▸ 1 ✓')).toContain('nginx itself answers 502')
		expect(app.text()).toContain('recommended → Service state')
	})

	test('arrows, letters and digits move the mark of the selected choice', async () => {
		const app = show()
		await app.press(ENTER)
		const selected = async (mark: string): Promise<void> => app.until(() => app.text().includes(mark))
		await selected('▸ 1 ')
		await app.type(DOWN)
		await selected('▸ 2 ')
		expect(app.text()).not.toContain('▸ 1 ')
		await app.type(UP)
		await selected('▸ 1 ')
		await app.type('j')
		await selected('▸ 2 ')
		await app.type('1')
		await selected('▸ 1 ')
	})

	test('says that a command runs, shows what it prints as it comes, and stops when it has ended', async () => {
		const app = show({ answers: { curl: [{ ...badGateway, holds: true }] } })
		await app.type(ENTER)
		await app.until('running, 30 s at most')
		expect(app.rows().at(-1)).toContain('Ctrl-C cancel')
		app.print(['X-Late: yes'])
		await app.until('X-Late: yes')
		app.release()
		await app.until('exit 0')
		expect(app.text()).not.toContain('at most')
	})

	test('a text that is longer than the screen says how much more there is, and PgDn shows it', async () => {
		const app = show()
		await app.type('?')
		await app.until('Keys that do something now')
		expect(app.text()).toMatch(/▾ \d+ more, PgDn/)
		expect(app.text()).not.toContain('▴')
		await app.type(PAGE_DOWN)
		await app.until(() => /▴ \d+ more/.test(app.text()))
		await app.type('q')
		await app.until('Confirm the failure path')
		expect(app.text()).not.toMatch(/\d+ more/)
	})

	test('pasted text goes into the text that is being typed, and is ignored elsewhere', async () => {
		const app = show()
		await app.paste('\rq\ry')
		await app.until('Pasted text is ignored here.')
		expect(app.ran).toEqual([])
		await app.type('n')
		await app.until(() => !app.text().includes('ignored'))
		await app.paste('seen at 03:12')
		await app.until('> seen at 03:12')
		await app.press(ENTER)
		expect(app.entries.filter(({ type }) => type === 'note')).toMatchObject([{ text: 'seen at 03:12' }])
	})

	test('a long piece of typing is text, with the editing keys before it', async () => {
		const app = show()
		await app.type('n', 'old', '\u0015a text that no hand types at once')
		await app.until('> a text that no hand')
		expect(app.text()).not.toContain('old')
	})

	test('shows a warning over the footer until a key says something else', async () => {
		const app = show({}, { warning: 'The journal cannot be written.' })
		expect(app.rows().at(-2)).toContain('The journal cannot be written.')
		await app.type('b')
		await app.until('This is the first step.')
		expect(app.text()).not.toContain('The journal')
	})

	test('never shows a template, whatever is not known', async () => {
		const blind = step('confirm', {
			title: 'Ask',
			guide: 'Ask for {{inputs.url}}. It said {{response.status}} before.',
			run: [
				probe('curl {{inputs.url}}', { parse: [parse('http', 'response')] }),
				probe('kill {{response.status}}'),
				probe('id', { as: '{{response.status}}' }),
			],
			branches: [
				when('inputs.unit != "x"', 'cause:none', 'The answer was {{response.status}}.'),
				otherwise('ask:What did {{response.status}} say?', 'It said {{response.status}}.'),
			],
		})
		const none = cause('none', [], {
			title: 'No answer',
			why: 'It is {{response.status}}. The unit is {{inputs.unit}}.',
			manual: 'Mend {{response.status}}.',
			prevent: 'Watch {{inputs.url}}. Watch {{response.status}}.',
		})
		const { inputs } = fakeSession().session.flow
		const app = show({ flow: flow([blind], [none], { inputs }), answers: { '': [{ lines: ['nothing'] }] } })
		await app.press('m', 'q', 'i', 'q', '?', 'q', ' ', 'q', 'e', '\u0003', ENTER, 'w', 'w', ENTER)
		await app.until('CAUSE')
		const frames = app.frames().join('\n')
		const known = ['Ask for http://127.0.0.1/.', 'The unit is gunicorn.', 'Watch http://127.0.0.1/.']
		const gaps = ['kill <response.status>', 'the user <resp']
		expect([...known, ...gaps].filter((text) => !frames.includes(text))).toEqual([])
		expect(app.frames().filter((frame) => /\{\{|undefined/.test(frame))).toEqual([])
	})

	test('a terminal that is too small gets one sentence, and the screen again when it has grown', async () => {
		const app = show()
		await app.until(() => app.listeners().size > 0)
		app.resize(9)
		await app.until('Too small: 100x9, needs 40x10')
		expect(app.text()).not.toContain('Flask 502')
		app.resize(12)
		await app.until('Flask 502')
		expect(app.rows()).toHaveLength(12)
	})

	test('lends the terminal to whoever asks while it is shown, and takes no more keys when it is gone', async () => {
		const holders: TerminalHolder[] = []
		const handOver: HandOver = {
			lend: (use) => use(),
			lent: () => false,
			attach: (holder) => {
				holders.push(holder)
				return () => {
					holders.splice(holders.indexOf(holder), 1)
				}
			},
		}
		const stdin = { pause: () => {} }
		const app = show({}, { handOver, stdin })
		await app.until(() => app.listeners().keys > 0)
		expect(holders.map((holder) => holder.stdin)).toEqual([stdin])
		expect(app.controller.listeners()).toBe(1)
		app.rendered.unmount()
		await app.until(() => app.controller.listeners() === 0)
		expect(holders).toEqual([])
		expect(app.listeners()).toEqual({ keys: 0, size: 0 })
		const drawn = app.frames().length
		app.rendered.stdin.write(ENTER)
		app.session.send({ type: 'step.run' })
		await app.session.whenIdle()
		expect(app.ran).toHaveLength(1)
		expect(app.frames()).toHaveLength(drawn)
	})

	test('leaves no clock behind', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
		onTestFinished(() => {
			vi.useRealTimers()
		})
		const paint = { theme: themeOf(true), glyphs: glyphsOf('unicode'), motion: true }
		const app = show({}, { paint })
		await app.until(() => vi.getTimerCount() === 1)
		vi.advanceTimersByTime(60_000)
		await app.until('1 min')
		app.rendered.unmount()
		await app.until(() => vi.getTimerCount() === 0)
	})

	test('another session takes the place of the old one', async () => {
		const app = show()
		await app.until(() => app.controller.listeners() === 1)
		const other = fakeSession({ host: 'web-2' })
		const controller = controllerOf(other)
		app.rendered.rerender(<App {...propsOf(controller, other.session)} />)
		await app.until('web-2')
		await app.until(() => app.controller.listeners() === 0 && controller.listeners() === 1)
		await app.type(ENTER)
		await app.until('Found')
		expect(app.ran).toEqual([])
		expect(other.ran).toHaveLength(1)
	})
})

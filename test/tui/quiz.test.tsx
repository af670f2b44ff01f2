import { describe, expect, test } from 'vitest'
import { type RenderedApp, renderApp } from '../support/render-app.tsx'

const ENTER = '\r'
const quiz = { expected: ['stopped'], shortest: ['confirm', 'service'] }

const atRest = async (app: RenderedApp): Promise<void> => {
	await app.session.whenIdle()
	await app.settled()
}
const press = async (app: RenderedApp, ...keys: readonly string[]): Promise<void> => {
	for (const key of keys) {
		await app.keys(key)
		await atRest(app)
	}
}
/** The number before the choice that says so. */
const numberOf = (app: RenderedApp, text: string): string => {
	const row = app.screen().find((line) => line.includes(text))
	const number = /^ [ ▸] +(\d)/.exec(row ?? '')?.[1]
	if (number === undefined) throw new Error(`${text} is no choice on:\n${app.text()}`)
	return number
}
const pick = async (app: RenderedApp, text: string): Promise<void> => press(app, numberOf(app, text), ENTER)
const notes = (app: RenderedApp): number => app.entries.filter(({ type }) => type === 'note').length

describe('a quiz on the screen', () => {
	test('hides marks and the recommended branch until a branch is chosen', async () => {
		const app = await renderApp({ quiz })
		await press(app, ENTER)
		expect(app.text()).toContain('What does the output show?')
		for (const tell of ['recommended', '▌', '✗', 'does not', 'Found']) expect(app.text()).not.toContain(tell)
		expect(app.screen().some((line) => /^ [ ▸] +\d [✓?·]/.test(line))).toBe(false)
		await press(app, ENTER)
		expect(app.text()).toContain('Choose what the output shows')
		await press(app, 'w')
		expect(app.text()).toContain('Answer first.')
		await press(app, 'a')
		expect(app.text()).toContain('In a quiz you walk yourself.')
		expect(app.entries.some(({ type }) => type === 'branch.taken')).toBe(false)
		await app.unmount()
	})

	test('played right: verdicts, the cause, a remedy, and the card at the end', async () => {
		const app = await renderApp({ quiz })
		await press(app, ENTER)
		await pick(app, 'nginx itself answers 502')
		expect(app.text()).toContain('✓ The evidence supports this.')
		expect(app.text()).toContain('▌ HTTP/1.1 502 Bad Gateway')
		await press(app, ENTER, ENTER)
		await pick(app, 'Gunicorn has failed.')
		await press(app, ENTER)
		expect(app.text()).toContain('Which of these mends the cause?')
		await pick(app, 'Start Gunicorn')
		expect(app.text()).toContain('This is what mends it.')
		await press(app, ENTER, ENTER, 'y', ENTER, ENTER, ENTER)
		expect(app.text()).toContain('Score: 100 of 100')
		expect(app.text()).toContain('3 of 3 questions right, no wrong turn, no hints')
		expect(app.text()).toContain('shortest  Confirm › Service state')
		expect(notes(app)).toBe(0)
		await app.unmount()
	})

	test('played wrong: the walk goes on where the evidence leads, and the turn is counted', async () => {
		const app = await renderApp({ quiz })
		await press(app, ENTER)
		await pick(app, 'The page works.')
		expect(app.text()).toContain('✗ The evidence says otherwise.')
		expect(app.text()).toContain('nginx itself answers 502, so the fault is between nginx and Gunicorn.')
		expect(app.text()).toContain('✗ response.status == 200')
		expect(app.screen()[0]).toContain('quiz, 1 wrong')
		await press(app, 'b')
		expect(app.text()).toContain('recommended')
		await press(app, ENTER)
		expect(app.text()).toContain("Gunicorn's service state")
		expect(app.entries.find(({ type }) => type === 'branch.taken')).toMatchObject({ branch: 0, by: 'recommended' })
		expect(notes(app)).toBe(1)
		await app.unmount()
	})

	test('a hint marks the line, and its cost stands in the header', async () => {
		const app = await renderApp({ quiz })
		await press(app, ENTER, 'h')
		expect(app.text()).toContain('▌ HTTP/1.1 502 Bad Gateway')
		expect(app.screen()[0]).toContain('quiz, 1 hint')
		await press(app, 'h', 'h')
		expect(app.text()).toContain('There are no more hints here.')
		await app.unmount()
	})

	test.each([
		[40, 10],
		[80, 24],
		[200, 50],
	])('fits %i columns and %i rows', async (cols, rows) => {
		const app = await renderApp({ quiz, cols, rows })
		for (const keys of [[], [ENTER], ['h'], ['h'], ['1', ENTER], ['b'], [ENTER]]) {
			await press(app, ...keys)
			expect(app.screen().every((line) => line.length <= cols)).toBe(true)
			expect(app.screen().at(-1)?.trim()).not.toBe('')
		}
		await app.unmount()
	})
})

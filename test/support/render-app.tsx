import { beginQuiz, createQuiz } from '../../src/screen/quiz.ts'
import { App } from '../../src/tui/app.tsx'
import { createController } from '../../src/tui/controller.ts'
import { glyphsOf, themeOf } from '../../src/tui/theme.ts'
import { type FakeSession, type FakeSessionOptions, fakeSession } from './fake-session.ts'
import { type RenderedTerminal, renderTerminal } from './terminal.tsx'

export interface RenderedApp extends RenderedTerminal, FakeSession {
	/** True once the operator left. */
	left(): boolean
}

export interface RenderAppOptions extends FakeSessionOptions {
	readonly cols?: number
	readonly rows?: number
	readonly glyphs?: 'unicode' | 'ascii'
	readonly colour?: boolean
	/** Milliseconds, for what a second key press within a time does. */
	readonly now?: () => number
	/** The walk is a quiz; what it begins with, besides the seed. */
	readonly quiz?: Parameters<typeof beginQuiz>[2]
}

/** The whole application on a terminal emulator, over a session whose host answers from a script. */
export async function renderApp(options: RenderAppOptions = {}): Promise<RenderedApp> {
	const { cols = 80, rows = 24, glyphs = 'unicode', colour = true, now = () => 0 } = options
	const fake = fakeSession(options)
	let isLeft = false
	const controller = createController(fake.session, {
		evaluator: fake.evaluator,
		glyphs: glyphsOf(glyphs),
		onLeave: () => {
			isLeft = true
		},
		now,
		clock: () => Date.now(),
		...(options.quiz === undefined
			? {}
			: { quiz: createQuiz(beginQuiz('seed', Date.now(), options.quiz), () => Date.now()) }),
	})
	const terminal = await renderTerminal(
		<App
			controller={controller}
			output={fake.session.output}
			paint={{ theme: themeOf(colour), glyphs: glyphsOf(glyphs), motion: false }}
			stdin={process.stdin}
			startedAt={Date.now()}
		/>,
		{ cols, rows, ink: { incrementalRendering: true } },
	)
	return { ...fake, ...terminal, left: () => isLeft }
}

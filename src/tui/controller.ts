import type { Evaluator } from '../flow/conditions.ts'
import { nextByItself } from '../machine/by-itself.ts'
import type { WalkEvent } from '../machine/types.ts'
import { canRunOn } from '../screen/actions.ts'
import type { KeyPress } from '../screen/keymap.ts'
import type { ScreenModel } from '../screen/model.ts'
import { type Pressed, paste, press } from '../screen/press.ts'
import type { Quiz } from '../screen/quiz.ts'
import { toScreen } from '../screen/to-screen.ts'
import { freshView, type Situation, type View, viewFor } from '../screen/view.ts'
import { viewOf } from '../screen/walk-view.ts'
import type { Session } from '../session/types.ts'
import { type Layout, layoutOf, type Size } from './layout.ts'
import type { Glyphs } from './theme.ts'

/** What is on the screen now. A new object whenever something changed. */
export interface ScreenFrame {
	readonly model: ScreenModel
	readonly view: View
	readonly layout: Layout
}

/** Between a session and the screen: keys become events, what the session tells becomes a frame. Knows nothing of Ink. */
export interface Controller {
	/** The present frame for a screen of that size. */
	frame(size: Size): ScreenFrame
	/** Tells of every change of `frame`. Gives the function that ends it. */
	subscribe(listener: () => void): () => void
	press(key: KeyPress): void
	paste(text: string, bracketed: boolean): void
	/** Ends its own subscriptions. */
	close(): void
}

export interface ControllerOptions {
	readonly evaluator: Evaluator
	readonly glyphs: Glyphs
	readonly onLeave: () => void
	/** Milliseconds, any origin. */
	readonly now: () => number
	/** Epoch milliseconds. */
	readonly clock: () => number
	/** Set: the walk is a quiz. */
	readonly quiz?: Quiz | undefined
}

/** A controller for a session. */
export function createController(
	session: Session,
	{ evaluator, glyphs, onLeave, now, clock, quiz }: ControllerOptions,
): Controller {
	const listeners = new Set<() => void>()
	/** The session tells when the step began to run; the screen counts for each command. */
	let running: { readonly runs: number; readonly since: number } | undefined
	const read = (): ScreenModel => {
		const seen = viewOf(session, evaluator)
		const { runs } = seen.context
		if (seen.phase !== 'running') running = undefined
		else if (running?.runs !== runs) running = { runs, since: clock() }
		quiz?.observe(seen)
		const asked = quiz ? { ...seen, quiz: quiz.state() } : seen
		return toScreen(running ? { ...asked, runningSince: running.since } : asked)
	}
	let model = read()
	let view: View = viewFor(freshView, model)
	let size: Size = { columns: 80, rows: 24 }
	let frame: ScreenFrame | undefined
	let isLeft = false
	let goesOn: NodeJS.Immediate | undefined

	const changed = (): void => {
		frame = undefined
		for (const listener of [...listeners]) listener()
	}
	const layout = (): Layout => layoutOf(model, view, size, (run) => session.output.view(run), glyphs)
	const refresh = (): void => {
		model = read()
		view = viewFor(view, model)
		changed()
		goOn()
	}
	const byItself = (): WalkEvent | null => {
		if (!canRunOn(model)) return null
		const snapshot = session.snapshot()
		const next = nextByItself(session.flow, snapshot)
		return 'event' in next ? next.event : null
	}
	const sendByItself = (): void => {
		goesOn = undefined
		const event = byItself()
		if (!view.autorun || isLeft || event === null) return
		session.send(event)
	}
	const goOn = (): void => {
		if (!view.autorun || isLeft) return
		if (byItself() !== null) {
			// In a turn of its own: the session is still telling its listeners about the last event.
			goesOn ??= setImmediate(sendByItself)
			return
		}
		if (model.phase !== 'running') {
			view = { ...view, autorun: false, notice: model.phase === 'ended' ? null : 'It stops here: this needs you.' }
			changed()
		}
	}
	const situation = (): Situation => ({ model, view, reach: layout().reach, flow: session.flow, now: now() })
	const apply = ({ view: next, sends, leave, quiz: move }: Pressed): void => {
		const starts = !view.autorun && next.autorun
		view = next
		changed()
		for (const event of sends) session.send(event)
		if (move && quiz) {
			for (const event of quiz.move(move, viewOf(session, evaluator))) session.send(event)
			refresh()
		}
		if (starts) goOn()
		if (!leave || isLeft) return
		isLeft = true
		onLeave()
	}

	const unsubscribe = [session.subscribe(refresh), session.output.subscribe(changed)]
	return {
		frame: (wanted) => {
			if (wanted.columns !== size.columns || wanted.rows !== size.rows) frame = undefined
			size = wanted
			frame ??= { model, view, layout: layout() }
			return frame
		},
		subscribe: (listener) => {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
		press: (key) => apply(press(situation(), key)),
		paste: (text, bracketed) => apply(paste(situation(), text, bracketed)),
		close: () => {
			clearImmediate(goesOn)
			for (const end of unsubscribe) end()
			listeners.clear()
		},
	}
}

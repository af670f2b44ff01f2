import { stripVTControlCharacters } from 'node:util'
import chalk from 'chalk'
import type { render } from 'ink-testing-library'
import { afterEach, beforeEach, onTestFinished, vi } from 'vitest'

/** A component alone, on the terminal of ink-testing-library: 100 columns wide, without an emulator behind it. */
export interface ShownComponent {
	/** The last frame as a person reads it: without colours, and without blanks at the ends of its rows. */
	text(): string
	rows(): readonly string[]
	/** The one row that has the text; fails where none or several have it. */
	row(text: string): string
	/** The same row with its colours. */
	styled(text: string): string
	/** Every frame so far, without colours. */
	frames(): readonly string[]
	/** Types each argument as one piece, once the component reads keys. */
	type(...pieces: readonly string[]): Promise<void>
	/** Pastes, as a terminal that marks pastes sends it. */
	paste(text: string): Promise<void>
	/** Gives the terminal that many rows. */
	resize(rows: number): void
	/** Resolves once the text is shown, or the condition holds. A failure, not a delay, after five seconds. */
	until(wanted: string | (() => boolean)): Promise<void>
	/** What of the terminal is still listened to. */
	listeners(): { readonly keys: number; readonly size: number }
}

const GIVEN_UP_NS = 5_000_000_000n

/** For all tests of a file: the library's terminal has no rows, and Ink would ask the machine for them. */
export function terminalOfRows(rows: number): void {
	beforeEach(() => {
		chalk.level = 3
		vi.stubEnv('COLUMNS', '100')
		vi.stubEnv('LINES', String(rows))
	})
	afterEach(() => {
		vi.unstubAllEnvs()
	})
}

/** Reads what `render` of ink-testing-library shows, and takes it away at the end of the test. */
export function shownBy(rendered: ReturnType<typeof render>): ShownComponent {
	const { stdin, stdout, unmount } = rendered
	onTestFinished(unmount)
	const frame = (): string => rendered.lastFrame() ?? ''
	const rows = (): readonly string[] => plain(frame()).split('\n')
	const until: ShownComponent['until'] = async (wanted) => {
		const holds = typeof wanted === 'string' ? () => plain(frame()).includes(wanted) : wanted
		const started = process.hrtime.bigint()
		while (!holds()) {
			if (process.hrtime.bigint() - started > GIVEN_UP_NS)
				throw new Error(`${wanted} never came. The frame:\n${frame()}`)
			await nextTurn()
		}
	}
	const placeOf = (text: string): number => {
		const [place = -1, ...others] = rows().flatMap((row, index) => (row.includes(text) ? [index] : []))
		if (place < 0 || others.length > 0) {
			throw new Error(`${place < 0 ? 'No row has' : 'Several rows have'} ${text}. The frame:\n${frame()}`)
		}
		return place
	}
	const type: ShownComponent['type'] = async (...pieces) => {
		await until(() => stdin.listenerCount('readable') > 0)
		for (const piece of pieces) {
			stdin.write(piece)
			await nextTurn()
		}
	}
	return {
		text: () => rows().join('\n'),
		rows,
		row: (text) => rows()[placeOf(text)] ?? '',
		styled: (text) => frame().split('\n')[placeOf(text)] ?? '',
		frames: () => rendered.frames.map(plain),
		type,
		paste: (text) => type(`\u001B[200~${text}\u001B[201~`),
		resize: (height) => {
			Object.assign(stdout, { rows: height })
			stdout.emit('resize')
		},
		until,
		listeners: () => ({ keys: stdin.listenerCount('readable'), size: stdout.listenerCount('resize') }),
	}
}

function plain(frame: string): string {
	return stripVTControlCharacters(frame).replace(/ +$/gm, '')
}

function nextTurn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve))
}

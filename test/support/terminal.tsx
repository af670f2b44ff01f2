import { PassThrough, Writable } from 'node:stream'
import chalk from 'chalk'
import { type RenderOptions, render } from 'ink'
import type { ReactNode } from 'react'
import { createScreen, type Look, type WaitOptions, type Wanted } from './screen.ts'

export interface TerminalOptions {
	/** Default 80. */
	readonly cols?: number
	/** Default 24. */
	readonly rows?: number
	/** How many colours the terminal has: 0 none, 1 sixteen, 2 256, 3 all of them (the default). */
	readonly colours?: 0 | 1 | 2 | 3
	/** Options for Ink. As the product uses it: alternate screen, no exit by Ctrl-C. */
	readonly ink?: Pick<RenderOptions, 'alternateScreen' | 'incrementalRendering' | 'exitOnCtrlC' | 'maxFps' | 'onRender'>
}

export interface RenderedTerminal {
	/** The visible lines, without trailing blanks, always `rows` of them. */
	screen(): string[]
	/** The screen as one text. */
	text(): string
	look(text: string): Look | undefined
	alternate(): boolean
	/**
	 * Types each argument as one chunk, and resolves when Ink has drawn what came of it: `keys('jj')` is two keys in
	 * one chunk, as a fast typist over SSH sends them, `keys('j', 'j')` is two chunks.
	 */
	keys(...chunks: string[]): Promise<void>
	/** Pastes (bracketed), and resolves when Ink has drawn what came of it. */
	paste(text: string): Promise<void>
	resize(cols: number, rows: number): Promise<void>
	rerender(node: ReactNode): Promise<void>
	/** Resolves once the text is on the screen, or the predicate holds. Rejects with the screen in its message. */
	waitFor(wanted: Wanted, options?: WaitOptions): Promise<void>
	/** Resolves when everything that React has to draw now is on the screen. */
	settled(): Promise<void>
	/** Settles as Ink's `waitUntilExit`: with what the application gave `exit()`. */
	readonly exit: Promise<unknown>
	/** All bytes that Ink wrote. */
	written(): string
	unmount(): Promise<void>
}

/** A lone escape counts as a key for Ink only when nothing follows it for 20 ms. */
const LONE_ESCAPE_MS = 30

/** Renders a component with Ink on a real terminal emulator of that size. */
export async function renderTerminal(
	node: ReactNode,
	{ cols = 80, rows = 24, colours = 3, ink = {} }: TerminalOptions = {},
): Promise<RenderedTerminal> {
	delete process.env.CI
	chalk.level = colours
	const screen = createScreen(cols, rows, { driver: true })
	let written = ''
	const stdout = Object.assign(
		new Writable({
			decodeStrings: false,
			write(chunk: string, _encoding, done) {
				written += chunk
				screen.terminal.write(chunk, done)
			},
		}),
		{ isTTY: true, columns: cols, rows },
	)
	const stdin = Object.assign(new PassThrough(), {
		isTTY: true,
		setRawMode: () => stdin,
		ref: () => stdin,
		unref: () => stdin,
	})
	screen.terminal.onData((reply) => stdin.write(reply))

	const instance = render(node, {
		stdout,
		stdin,
		stderr: stdout,
		interactive: true,
		alternateScreen: true,
		exitOnCtrlC: false,
		patchConsole: false,
		isScreenReaderEnabled: false,
		...ink,
	})
	const exit = instance.waitUntilExit()
	exit.then(
		() => screen.end(new Error('The application exited')),
		(error: unknown) => screen.end(error instanceof Error ? error : new Error(String(error))),
	)

	const settled = async (): Promise<void> => {
		// React schedules some updates one turn later than Ink's flush waits for, so flush until nothing new is drawn.
		for (let quiet = 0; quiet < 3; ) {
			const before = written.length
			// Ink rejects here when the component tree died; `exit` and `waitFor` say so with the screen.
			await instance.waitUntilRenderFlush().catch(() => {})
			await nextTurn()
			quiet = written.length === before ? quiet + 1 : 0
		}
	}
	const send = async (chunk: string): Promise<void> => {
		stdin.write(chunk)
		do await nextTurn()
		while (stdin.readableLength > 0 && stdin.listenerCount('readable') > 0)
		if (chunk === '\u001B') await new Promise((resolve) => setTimeout(resolve, LONE_ESCAPE_MS))
		await settled()
	}
	await settled()

	return {
		screen: screen.lines,
		text: () => screen.lines().join('\n'),
		look: screen.look,
		alternate: screen.alternate,
		keys: async (...chunks) => {
			for (const chunk of chunks) await send(chunk)
		},
		paste: (text) => send(`\u001B[200~${text}\u001B[201~`),
		resize: async (columns, height) => {
			screen.terminal.resize(columns, height)
			Object.assign(stdout, { columns, rows: height })
			stdout.emit('resize')
			await settled()
		},
		rerender: async (next) => {
			instance.rerender(next)
			await settled()
		},
		waitFor: screen.waitFor,
		settled,
		exit,
		written: () => written,
		unmount: async () => {
			instance.unmount()
			await exit.catch(() => {})
		},
	}
}

function nextTurn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve))
}

import { createScreen, type Look, type WaitOptions, type Wanted } from './screen.ts'

export interface PtyOptions {
	readonly file: string
	readonly args?: readonly string[]
	/** Default 80. */
	readonly cols?: number
	/** Default 24. */
	readonly rows?: number
	/** Added to a small environment: PATH, HOME, TERM=xterm-256color, LANG=C.UTF-8. Nothing else is inherited. */
	readonly env?: Readonly<Record<string, string>>
	readonly cwd?: string
}

export interface PtyEnd {
	readonly exitCode: number
	/** 0 when no signal ended it. */
	readonly signal: number
}

/** A program on a pseudo-terminal, with a terminal emulator to look at. */
export interface PtyProgram {
	readonly pid: number
	screen(): string[]
	text(): string
	/** The main screen and all that scrolled out of it. */
	history(): string[]
	look(text: string): Look | undefined
	alternate(): boolean
	cursorVisible(): boolean
	/** Everything that the program wrote. */
	written(): string
	waitFor(wanted: Wanted, options?: WaitOptions): Promise<void>
	/** Types it as one write. */
	type(text: string): void
	paste(text: string): void
	resize(cols: number, rows: number): void
	kill(signal: NodeJS.Signals): void
	readonly exit: Promise<PtyEnd>
	/** Kills what is left. */
	close(): Promise<void>
}

/** Why there can be no pseudo-terminal here, for a test that is then skipped; undefined when there can be. */
export async function whyNoPty(): Promise<string | undefined> {
	try {
		await import('node-pty')
		return undefined
	} catch (error) {
		return `node-pty cannot be loaded: ${error instanceof Error ? error.message : String(error)}`
	}
}

/** Starts a program on a new pseudo-terminal. */
export async function startPty({
	file,
	args = [],
	cols = 80,
	rows = 24,
	env = {},
	cwd,
}: PtyOptions): Promise<PtyProgram> {
	const { spawn } = await import('node-pty')
	const screen = createScreen(cols, rows)
	let written = ''
	let cursorVisible = true
	const program = spawn(file, [...args], {
		name: 'xterm-256color',
		cols,
		rows,
		env: {
			PATH: process.env.PATH,
			HOME: process.env.HOME,
			TERM: 'xterm-256color',
			LANG: 'C.UTF-8',
			...env,
		},
		...(cwd === undefined ? {} : { cwd }),
	})
	screen.terminal.onData((reply) => program.write(reply))
	program.onData((data) => {
		written += data
		for (const [, state] of data.matchAll(cursorSwitch)) cursorVisible = state === 'h'
		screen.terminal.write(data)
	})
	let ended = false
	const exit = new Promise<PtyEnd>((resolve) => {
		program.onExit(({ exitCode, signal = 0 }) => {
			ended = true
			// Behind everything that it still wrote.
			screen.terminal.write('', () => {
				screen.end(new Error(`The program ended (exit code ${exitCode}, signal ${signal})`))
				resolve({ exitCode, signal })
			})
		})
	})

	return {
		pid: program.pid,
		screen: screen.lines,
		text: () => screen.lines().join('\n'),
		history: screen.history,
		look: screen.look,
		alternate: screen.alternate,
		cursorVisible: () => cursorVisible,
		written: () => written,
		waitFor: screen.waitFor,
		type: (text) => program.write(text),
		paste: (text) => program.write(`\u001B[200~${text}\u001B[201~`),
		resize: (columns, height) => {
			screen.terminal.resize(columns, height)
			program.resize(columns, height)
		},
		kill: (signal) => process.kill(program.pid, signal),
		exit,
		close: async () => {
			if (!ended) program.kill('SIGKILL')
			await exit
		},
	}
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequence that shows or hides the cursor
const cursorSwitch = /\u001B\[\?25([hl])/g

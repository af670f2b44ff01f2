/** An operator at the keyboard: reads what the program shows on its pseudo-terminal, and answers by keys. */
import type { PtyProgram } from '../support/pty.ts'

/** What stands on the screen, told by its footer. */
type Moment = 'ready' | 'by-hand' | 'confirming' | 'typing-host' | 'deciding' | 'cause' | 'question' | 'ended'

/** What an operator does where the program waits for a person. */
export interface Operator {
	/** Picks the remedy, by its place from 1, for the cause that the screen names. */
	choose(title: string, screen: string): Promise<number>
	/** Repairs the host outside of the program. */
	repairByHand(): Promise<void>
	/** Another URL to ask for, where the one asked for was the mistake. Typed when a repair by hand is due. */
	readonly correctUrl?: string | undefined
	/** What the host is called, for what must be confirmed by its name. */
	readonly host: string
	/** Goes on by Enter at each step, instead of letting the program run by itself. */
	readonly stepwise?: boolean
	/** Sees the screen whenever it waits for the operator. */
	readonly watch?: (moment: Moment, screen: string) => void
}

const STEP_TIMEOUT_MS = 120_000
/** More turns than any walk of the lab needs: it goes in a circle. */
const MOST_TURNS = 60
const ENTER = '\r'
const STOPS = /It stops here|runs by itself only/

/** Walks from wherever the program stands until it says that the walk has ended; gives the last screen. */
export async function operate(program: PtyProgram, operator: Operator): Promise<string> {
	await settle(program, '')
	for (let turn = 0; turn < MOST_TURNS; turn++) {
		const before = program.text()
		const moment = momentOf(program.screen())
		if (moment !== undefined) operator.watch?.(moment, before)
		switch (moment) {
			case 'ended':
				return before
			case 'cause':
				await pick(program, await operator.choose(causeTitle(before), before))
				break
			case 'confirming':
				program.type('y')
				await settle(program, before)
				break
			case 'typing-host':
				program.type(operator.host)
				await program.waitFor((lines) => lines.join('\n') !== before)
				await press(program, ENTER)
				break
			case 'by-hand':
				await operator.repairByHand()
				if (operator.correctUrl !== undefined) await changeUrl(program, operator.correctUrl)
				await press(program, ENTER)
				break
			case 'ready':
			case 'deciding':
				await (operator.stepwise ? press(program, ENTER) : runOn(program))
				break
			case 'question': {
				// A repair by hand is done; nothing else is answered without knowing the host.
				const place = / (\d) Done; retest/.exec(before)?.[1]
				if (place === undefined) throw new Error(`The walk stops at a question:\n${before}`)
				await pick(program, Number(place))
				break
			}
			case undefined:
				throw new Error(`The screen tells nothing to do:\n${before}`)
		}
	}
	throw new Error(`The walk does not end:\n${program.text()}`)
}

/** Lets the program run by itself; where it does not because a change is next, opens that. */
async function runOn(program: PtyProgram): Promise<void> {
	const before = program.text()
	program.type('a')
	await program.waitFor((lines) => {
		const text = lines.join('\n')
		return text !== before && (STOPS.test(text) || momentOf(lines) === 'ended')
	}, patient)
	if (momentOf(program.screen()) === 'ready') await press(program, ENTER)
}

/** Goes to a choice by the arrow keys and takes it. */
async function pick(program: PtyProgram, place: number): Promise<void> {
	const selected = (): number => Number(/▸ (\d) /.exec(program.text())?.[1] ?? 0)
	for (let at = selected(); at !== place; at = selected()) {
		program.type(at < place ? '\u001B[B' : '\u001B[A')
		await program.waitFor(() => selected() !== at)
	}
	await press(program, ENTER)
}

async function changeUrl(program: PtyProgram, url: string): Promise<void> {
	program.type('i')
	await program.waitFor('Public URL')
	await press(program, ENTER)
	const before = program.text()
	program.type('\u0015')
	await program.waitFor((lines) => lines.join('\n') !== before)
	program.type(url)
	await program.waitFor(url)
	await press(program, ENTER)
}

/** Presses a key and waits until the program has answered and waits again. */
async function press(program: PtyProgram, key: string): Promise<void> {
	const before = program.text()
	program.type(key)
	await settle(program, before)
}

async function settle(program: PtyProgram, before: string): Promise<void> {
	await program.waitFor((lines) => {
		const text = lines.join('\n')
		return text !== before && momentOf(lines) !== undefined
	}, patient)
}

const patient = { timeoutMs: STEP_TIMEOUT_MS }

/** Undefined while a command runs, or while the terminal is lent to one. */
function momentOf(lines: readonly string[]): Moment | undefined {
	const footer = lines.findLast((line) => line.trim() !== '') ?? ''
	if (/open remedy/.test(footer)) return 'cause'
	if (/Enter close/.test(footer)) return 'ended'
	if (/\by run it/.test(footer)) return 'confirming'
	if (/Enter run it/.test(footer)) return 'typing-host'
	if (/Enter done/.test(footer)) return 'by-hand'
	if (/^ Enter run /.test(footer)) return 'ready'
	if (/^ Enter (go on|use it)/.test(footer)) return 'deciding'
	return /r (run|judge) again/.test(footer) ? 'question' : undefined
}

function causeTitle(screen: string): string {
	return / CAUSE {2}(.*)/.exec(screen)?.[1]?.trim() ?? ''
}

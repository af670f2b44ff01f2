import type { Evaluator, Scope } from '../flow/conditions.ts'
import type { Flow, FlowCommand, ParseRule } from '../flow/flow.ts'
import { renderCommand } from '../flow/templates.ts'
import { commandsOf } from '../flow/variables.ts'
import type { NamedFacts } from '../machine/types.ts'
import { readFacts } from '../session/read-facts.ts'
import { askedBy, kindOfCommand, readerOf } from '../subjects/output-kinds.ts'
import type { Segment } from '../subjects/segments.ts'
import type { About } from '../text/output-kind.ts'
import type { Facts, Parser } from '../text/parser.ts'
import type { Settings } from './explain-inputs.ts'

/**
 * Facts out of a paste, under the names that a flow gives them. Which output answers which command is told by the flow's
 * own commands and parsers: nothing here knows a flow's names, or a program.
 */

export interface PastedFacts {
	readonly facts: Readonly<Record<string, NamedFacts>>
	/** The output that each was read from. */
	readonly from: Readonly<Record<string, Segment>>
}

export interface Paste {
	readonly flow: Flow
	readonly evaluator: Evaluator
	readonly parsers: ReadonlyMap<string, Parser>
	readonly segments: readonly Segment[]
	readonly settings: Settings
	readonly exitCode: number | null
}

/** What one output tells may be an argument of another one's parser: after so many rounds nothing new comes. */
const ROUNDS = 3

/** What the whole paste tells, whichever command of the flow it answers. Of two outputs of one command the last counts. */
export function factsOfPaste(paste: Paste): PastedFacts {
	const commands = [...commandsOf(paste.flow)].filter(
		({ parse, effect }) => effect === 'read' && parse.some((rule) => isReadable(paste, rule)),
	)
	const readings: Readings = new Map()
	let known: PastedFacts = { facts: givenFacts(paste), from: {} }
	for (let round = 0; round < ROUNDS; round++) {
		const before = known
		known = readAll(paste, commands, known, readings)
		const isSame = (name: string) => known.facts[name] === before.facts[name]
		if (Object.keys(known.facts).every(isSame)) break
	}
	return known
}

/** What was read already, by the output and by what it was read for. */
type Readings = Map<Segment, Map<string, NamedFacts | undefined>>

/** Reads every command's output, with arguments out of what was known before and what is read on the way. */
function readAll(paste: Paste, commands: readonly FlowCommand[], known: PastedFacts, readings: Readings): PastedFacts {
	const facts: Record<string, NamedFacts> = { ...givenFacts(paste) }
	const from: Record<string, Segment> = {}
	let scope = pastedScope(paste, known.facts)
	for (const command of commands) {
		if (command.if !== undefined && paste.evaluator.condition(command.if, scope).value === false) continue
		for (const rule of command.parse) {
			if (Object.hasOwn(from, rule.as) || !isReadable(paste, rule)) continue
			const segment = outputFor(paste, command, rule, scope)
			const named = segment === undefined ? undefined : read(paste, segment, { rule, scope, readings })
			if (segment === undefined || named === undefined) continue
			facts[rule.as] = named
			from[rule.as] = segment
			if (known.facts[rule.as] !== named) scope = pastedScope(paste, { ...known.facts, ...facts })
		}
	}
	return { facts, from }
}

function isReadable({ segments }: Paste, { parser }: ParseRule): boolean {
	return segments.some(({ kind }) => readerOf(kind, parser) !== undefined)
}

/** What conditions may read. Inputs that nobody knows have their defaults. */
export function pastedScope({ settings }: Pick<Paste, 'settings'>, facts: PastedFacts['facts']): Scope {
	return {
		inputs: settings.inputs,
		host: 'host',
		facts: Object.fromEntries(Object.entries(facts).map(([name, named]) => [name, named.facts])),
		pasted: true,
	}
}

function givenFacts({ settings }: Paste): Record<string, NamedFacts> {
	const entries = Object.entries(settings.facts)
	return Object.fromEntries(
		entries.map(([name, facts]) => [name, { name, parser: 'given', facts, evidence: {} } satisfies NamedFacts]),
	)
}

function withGiven({ settings }: Paste, named: NamedFacts): NamedFacts {
	const given = Object.hasOwn(settings.facts, named.name) ? settings.facts[named.name] : undefined
	return given === undefined ? named : { ...named, facts: { ...named.facts, ...given } }
}

/** The output that answers the command: the last one, as the last state counts; a log of its own before a status's tail. */
function outputFor(paste: Paste, command: FlowCommand, rule: ParseRule, scope: Scope): Segment | undefined {
	const rendered = renderCommand(command.command, scope, paste.evaluator)
	const asks = askedOf(command, rendered.ok ? rendered.text : undefined)
	const fitting = paste.segments.filter((segment) => fits(paste, segment, { command, rule, scope, asks }))
	const whole = fitting.filter(({ kind, within }) => within === undefined && kind.parsers.includes(rule.parser))
	return whole.at(-1) ?? fitting.findLast(({ kind }) => kind.byWriter !== 'tail') ?? fitting.at(-1)
}

interface Asked {
	readonly command: FlowCommand
	readonly rule: ParseRule
	readonly scope: Scope
	readonly asks: { readonly kind: string | undefined; readonly about: About; readonly text: string | undefined }
}

function askedOf({ command }: FlowCommand, text: string | undefined): Asked['asks'] {
	const kind = kindOfCommand(text ?? command)
	return { kind: kind?.name, about: kind === undefined || text === undefined ? {} : askedBy(kind, text), text }
}

function fits(paste: Paste, segment: Segment, asked: Asked): boolean {
	const { kind, about } = segment
	const reader = readerOf(kind, asked.rule.parser)
	if (reader === undefined) return false
	const isOwn = kind.parsers.includes(reader)
	if (isOwn && kind.program !== undefined && !asked.command.command.includes(kind.program)) return false
	if (!fitsUnit(paste, about.unit, asked)) return false
	// Of a request nobody knows where it went, unless its command or its answer shows it.
	if (kind.printedBy?.(asked.command.command)?.inner !== undefined) return about.inner === asksInside(paste, asked)
	if (about.path === undefined) return true
	// What cannot be told yet, since it is made of facts that nobody knows, may be the one.
	return asked.asks.text === undefined || asked.asks.text.split(/\s+/).includes(about.path)
}

function fitsUnit(paste: Paste, unit: string | undefined, { command, rule, scope, asks }: Asked): boolean {
	const cel = rule.with.unit
	const value = cel === undefined ? undefined : paste.evaluator.value(cel, scope)
	const wanted = value?.ok === true ? String(value.value) : asks.about.unit
	if (wanted === undefined) return true
	if (unit !== undefined) return sameUnit(wanted, unit)
	// What names no unit is not of one that the flow names in so many words.
	return cel === undefined ? command.command.includes('{{') : !/^\s*['"]/.test(cel)
}

/** `name`, `name.service`; `name@instance` is made of `name@.service`. */
function sameUnit(one: string, other: string): boolean {
	const plain = (unit: string): string => unit.replace(/\.service$/, '')
	const template = (unit: string): string => plain(unit).replace(/@.*$/, '@')
	return plain(one) === plain(other) || (other.includes('@.') && template(one) === template(other))
}

/** The command asks at an address that other outputs told, not at the one that clients use. */
function asksInside({ evaluator }: Paste, { command }: Asked): boolean {
	return [...command.command.matchAll(/\{\{(.*?)\}\}/g)].some((match) => {
		const checked = evaluator.check((match[1] ?? '').trim())
		return checked.ok && checked.reads.some((path) => !path.startsWith('inputs.') && path !== 'host')
	})
}

function read(
	paste: Paste,
	segment: Segment,
	{ rule, scope, readings }: { readonly rule: ParseRule; readonly scope: Scope; readonly readings: Readings },
): NamedFacts | undefined {
	const args: Record<string, Facts[string]> = {}
	for (const [name, cel] of Object.entries(rule.with)) {
		// Nobody knows when a pasted log begins to count: the last state in it does.
		if (name === 'since' || !restsOnKnownInputs(paste, cel)) continue
		const value = paste.evaluator.value(cel, scope)
		if (value.ok) args[name] = value.value
	}
	const parser = readerOf(segment.kind, rule.parser) ?? rule.parser
	const own = readings.get(segment) ?? new Map<string, NamedFacts | undefined>()
	readings.set(segment, own)
	const key = JSON.stringify([rule.as, parser, args])
	if (!own.has(key)) own.set(key, readAs(paste, segment, { parser, as: rule.as, args }))
	return own.get(key)
}

function readAs(
	paste: Paste,
	segment: Segment,
	rule: { readonly parser: string; readonly as: string; readonly args: Facts },
): NamedFacts | undefined {
	const { exitCode, parsers } = paste
	const ending = { kind: 'exited', exitCode, signal: null, durationMs: 0, heldOpen: false } as const
	const order = { run: `paste/${segment.lines[0]?.number ?? 0}`, parse: [rule] }
	const reader = { parsers, shorten: (text: string) => `${text.slice(0, 499)}…` }
	const { complete, wholeOnly } = segment.kind
	const { named } = readFacts(order, ending, complete?.(segment.lines) ?? segment.lines, reader)
	const found = named.find((one) => one.name === rule.as && one.parser === rule.parser)
	if (found === undefined) return undefined
	const facts = Object.entries(found.facts).filter(([name]) => wholeOnly?.includes(name) !== true)
	return facts.length === 0 ? undefined : withGiven(paste, { ...found, facts: Object.fromEntries(facts) })
}

function restsOnKnownInputs({ settings }: Paste, cel: string): boolean {
	return [...cel.matchAll(/\binputs\.(\w+)/g)].every((match) => settings.known.has(match[1] ?? ''))
}

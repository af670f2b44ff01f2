import type { Evaluator, Scope } from '../flow/conditions.ts'
import type { Flow, FlowCommand, ParseRule, Step } from '../flow/flow.ts'
import { checkInput } from '../flow/inputs.ts'
import { renderCommand } from '../flow/templates.ts'
import type { NamedFacts } from '../machine/types.ts'
import { readFacts } from '../session/read-facts.ts'
import { outputKinds, readerOf } from '../subjects/output-kinds.ts'
import type { Segment } from '../subjects/segments.ts'
import type { Facts, Parser } from '../text/parser.ts'

/**
 * Facts out of a paste, under the names that a flow gives them. Which output is which is told by the flow's own commands
 * and parsers: nothing here knows a flow's names.
 */

type FactsByName = Readonly<Record<string, NamedFacts>>
type Inputs = Readonly<Record<string, string>>

export interface Paste {
	readonly flow: Flow
	readonly evaluator: Evaluator
	readonly parsers: ReadonlyMap<string, Parser>
	readonly segments: readonly Segment[]
	readonly inputs: Inputs
	/** Inputs that were given or that the paste shows; the others are defaults, which prove nothing. */
	readonly knownInputs: ReadonlySet<string>
	readonly exitCode: number | null
	/** Facts that were given by hand, by name. */
	readonly given: Readonly<Record<string, Facts>>
	/** What was read already: many steps read the same output in the same way. */
	readonly readings: Map<Segment, Map<string, NamedFacts | undefined>>
}

/** What is known, by the names that the flow gives it. */
export interface Known {
	readonly facts: FactsByName
	/** The outputs that were read. */
	readonly used: Readonly<Record<string, Segment>>
	/** Inputs that the reading would need and nobody gave: what it does not tell may be so or not. */
	readonly lacks: Readonly<Record<string, string>>
}

/** What is known with one step's outputs. */
export interface Bound extends Known {
	/** Names that the step's commands give and the paste has. */
	readonly names: readonly string[]
}

/** What conditions and templates may read. */
export function scopeOf(facts: FactsByName, inputs: Inputs): Scope {
	return {
		inputs,
		host: 'host',
		facts: Object.fromEntries(Object.entries(facts).map(([name, named]) => [name, named.facts])),
	}
}

/** Reads what the paste has of the step's commands, on top of what is known. The step's own names replace earlier ones. */
export function bindStep(paste: Paste, step: Step, before: Known, inputs: Inputs): Bound {
	let { facts } = before
	const used = { ...before.used }
	const lacks = { ...before.lacks }
	const names = new Set<string>()
	for (const command of step.run) {
		const rules = command.parse.filter((rule) => isTold(paste, rule))
		const scope = scopeOf(facts, inputs)
		if (rules.length === 0 || isLeftOut(paste, command, scope)) continue
		for (const rule of rules) {
			const segment = outputOf(paste, command, rule, scope)
			const named = segment === undefined ? undefined : read(paste, segment, rule, scope)
			const complete = withGiven(paste, rule, named)
			if (complete === undefined) continue
			facts = { ...facts, [rule.as]: complete }
			delete used[rule.as]
			delete lacks[rule.as]
			if (segment !== undefined) used[rule.as] = segment
			const input = Object.entries(rule.with)
				.filter(([name]) => name !== SELECTS)
				.flatMap(([, cel]) => inputsIn(cel))
				.find((one) => !paste.knownInputs.has(one))
			if (input !== undefined) lacks[rule.as] = input
			names.add(rule.as)
		}
	}
	return { facts, used, lacks, names: [...names] }
}

/** Commands of the step that the paste has no output of, and that a session would run. */
export function missingCommands(paste: Paste, step: Step, { facts, names }: Bound, inputs: Inputs): FlowCommand[] {
	return step.run.filter(
		(command) =>
			command.parse.length > 0 &&
			!command.parse.some((rule) => names.includes(rule.as)) &&
			!isLeftOut(paste, command, scopeOf(facts, inputs)),
	)
}

function isLeftOut({ evaluator }: Paste, command: FlowCommand, scope: Scope): boolean {
	return command.if !== undefined && evaluator.condition(command.if, scope).value === false
}

function isTold({ segments, given }: Paste, { parser, as }: ParseRule): boolean {
	return Object.hasOwn(given, as) || segments.some(({ kind }) => readerOf(kind, parser) !== undefined)
}

/** What the whole paste tells, whichever step it belongs to: what one output tells may be an argument of another. */
export function bindAll(paste: Paste, order: readonly Step[]): Known {
	let known: Known = { facts: {}, used: {}, lacks: {} }
	for (let round = 0; round < 2; round++) {
		let now: Known = { facts: {}, used: {}, lacks: {} }
		for (const step of order) {
			const bound = bindStep(paste, step, merged(known, now), paste.inputs)
			const fresh = bound.names.filter((name) => !Object.hasOwn(now.facts, name))
			now = merged(now, picked(bound, fresh))
		}
		known = now
	}
	return known
}

function merged(one: Known, other: Known): Known {
	return {
		facts: { ...one.facts, ...other.facts },
		used: { ...one.used, ...other.used },
		lacks: { ...one.lacks, ...other.lacks },
	}
}

function picked({ facts, used, lacks }: Known, names: readonly string[]): Known {
	const only = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> =>
		Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)))
	return { facts: only(facts), used: only(used), lacks: only(lacks) }
}

/** The argument that picks one of several units; an output of one unit is read without it. */
const SELECTS = 'unit'

function withGiven(paste: Paste, rule: ParseRule, named: NamedFacts | undefined): NamedFacts | undefined {
	const given = Object.hasOwn(paste.given, rule.as) ? paste.given[rule.as] : undefined
	if (given === undefined) return named
	return {
		name: rule.as,
		parser: rule.parser,
		evidence: named?.evidence ?? {},
		facts: { ...named?.facts, ...given },
	}
}

function read(paste: Paste, segment: Segment, rule: ParseRule, scope: Scope): NamedFacts | undefined {
	const args: Record<string, Facts[string]> = {}
	for (const [name, cel] of Object.entries(rule.with)) {
		// Nobody knows when a pasted log begins to count: the last state in it does.
		if (name === 'since' || !restsOnKnownInputs(paste, cel)) continue
		const value = paste.evaluator.value(cel, scope)
		if (value.ok) args[name] = value.value
	}
	const parser = readerOf(segment.kind, rule.parser) ?? rule.parser
	const readings = paste.readings.get(segment) ?? new Map<string, NamedFacts | undefined>()
	paste.readings.set(segment, readings)
	const key = JSON.stringify([rule.as, parser, args])
	if (!readings.has(key)) readings.set(key, readAs(paste, segment, { parser, as: rule.as, args }))
	return readings.get(key)
}

function readAs(
	{ parsers, exitCode }: Paste,
	{ lines }: Segment,
	rule: { readonly parser: string; readonly as: string; readonly args: Facts },
): NamedFacts | undefined {
	const ending = { kind: 'exited', exitCode, signal: null, durationMs: 0, heldOpen: false } as const
	const order = { run: `paste/${lines[0]?.number ?? 0}`, parse: [rule] }
	const reader = { parsers, shorten: (text: string) => `${text.slice(0, 499)}…` }
	const { named } = readFacts(order, ending, lines, reader)
	const found = named.find((one) => one.name === rule.as && one.parser === rule.parser)
	return found === undefined || Object.keys(found.facts).length === 0 ? undefined : found
}

function restsOnKnownInputs({ knownInputs }: Paste, cel: string): boolean {
	return inputsIn(cel).every((name) => knownInputs.has(name))
}

function inputsIn(cel: string): readonly string[] {
	return [...cel.matchAll(/\binputs\.(\w+)/g)].map((match) => match[1] ?? '')
}

/**
 * The output that the rule reads: the last one that fits, as the last state counts; one that the rule's own parser reads
 * before one that tells the same, a log of its own before a tail.
 */
function outputOf(paste: Paste, command: FlowCommand, rule: ParseRule, scope: Scope): Segment | undefined {
	const fitting = paste.segments.filter((segment) => fits(paste, segment, command, rule, scope))
	const own = fitting.filter(({ parsers }) => parsers.includes(rule.parser))
	const best = own.length > 0 ? own : fitting
	return best.findLast(({ within }) => within === undefined) ?? best.at(-1)
}

function fits(paste: Paste, segment: Segment, command: FlowCommand, rule: ParseRule, scope: Scope): boolean {
	if (readerOf(segment.kind, rule.parser) === undefined) return false
	if (segment.program !== undefined && !command.command.includes(segment.program)) return false
	if (!fitsUnit(paste, segment, command, rule, scope)) return false
	const template = command.command
	if (segment.kind === 'ls' || segment.kind === 'stat' || segment.kind === 'namei') {
		const rendered = renderCommand(template, scope, paste.evaluator)
		return rendered.ok && segment.path !== undefined && rendered.text.split(/\s+/).includes(segment.path)
	}
	if (segment.kind === 'http') return isInner(segment) === readsFacts(paste, template)
	return true
}

function fitsUnit(paste: Paste, { unit }: Segment, command: FlowCommand, rule: ParseRule, scope: Scope): boolean {
	if (unit === undefined) return true
	const cel = rule.with.unit
	if (cel === undefined) {
		// The command names the unit then, or it is about all of them.
		if (!command.command.startsWith('journalctl') && !command.command.startsWith('systemctl')) return true
		const rendered = renderCommand(command.command, scope, paste.evaluator)
		const words = rendered.ok ? rendered.text.split(/\s+/) : []
		return words.some((word) => sameUnit(word, unit))
	}
	const value = paste.evaluator.value(cel, scope)
	return value.ok && sameUnit(String(value.value), unit)
}

/** `gunicorn`, `gunicorn.service`; `gunicorn@app` is made of `gunicorn@.service`. */
function sameUnit(one: string, other: string): boolean {
	const plain = (unit: string): string => unit.replace(/\.service$/, '')
	const template = (unit: string): string => plain(unit).replace(/@.*$/, '@')
	return plain(one) === plain(other) || (other.includes('@.') && template(one) === template(other))
}

/** Asked past the public address: on a socket, or on a port of its own. */
function isInner({ command, lines }: Segment): boolean {
	if (command === undefined) return lines.some(({ text }) => /^(?:< ?)?Server: ?gunicorn/i.test(text))
	if (command.includes('--unix-socket')) return true
	const port = /^curl .*?(?:https?:\/\/)?(?:[\w$.{}-]+|\[[\da-f:]+\]):(\d{1,5})(?:[/'" ]|$)/i.exec(command)?.[1]
	return port !== undefined && port !== '80' && port !== '443'
}

function readsFacts({ evaluator }: Paste, template: string): boolean {
	return [...template.matchAll(/\{\{(.*?)\}\}/g)].some((match) => {
		const checked = evaluator.check((match[1] ?? '').trim())
		return checked.ok && checked.reads.some((path) => !path.startsWith('inputs.') && path !== 'host')
	})
}

/**
 * Inputs that the paste itself shows: the unit that its outputs are about, the address that was asked for. Those that
 * were given stay.
 */
export function inputsShown(
	flow: Flow,
	segments: readonly Segment[],
	inputs: Inputs,
	given: ReadonlySet<string>,
): { readonly inputs: Inputs; readonly known: ReadonlySet<string> } {
	const known = new Set(given)
	const shown: Record<string, string> = { ...inputs }
	const accept = (name: string, value: string | undefined): void => {
		const input = Object.hasOwn(flow.inputs, name) ? flow.inputs[name] : undefined
		if (input === undefined || value === undefined || known.has(name)) return
		const checked = checkInput(input.format, value)
		if (!checked.ok) return
		shown[name] = checked.value
		known.add(name)
	}
	const rules = Object.values(flow.steps).flatMap((step) => step.run.flatMap(({ parse }) => parse))
	const unitInput = rules
		.map((rule) => /^inputs\.(\w+)$/.exec(rule.with.unit ?? '')?.[1])
		.find((name) => name !== undefined)
	if (unitInput !== undefined) {
		// A unit that the flow names itself (nginx) is not the one to be found.
		const named = rules.flatMap((rule) =>
			/^'[^']+'$/.test(rule.with.unit ?? '') ? [rule.with.unit?.slice(1, -1) ?? ''] : [],
		)
		accept(unitInput, unitShown(segments, named, inputs[unitInput]))
	}
	const urlInput = Object.entries(flow.inputs).find(([, input]) => input.format === 'url')?.[0]
	if (urlInput !== undefined) accept(urlInput, addressShown(segments))
	return { inputs: shown, known }
}

function unitShown(
	segments: readonly Segment[],
	named: readonly string[],
	expected: string | undefined,
): string | undefined {
	const units = new Map<string, Segment>()
	for (const segment of segments) {
		const unit = segment.unit?.replace(/\.service$/, '')
		if (unit === undefined || /\.(?:socket|timer|target)$|@\.|@$/.test(unit) || named.includes(unit)) continue
		if (!units.has(unit) || outputKinds[segment.kind].label.includes('Gunicorn')) units.set(unit, segment)
	}
	if (expected !== undefined && units.has(expected)) return expected
	const ours = [...units].find(([, segment]) => segment.lines.some(({ text }) => /gunicorn/i.test(text)))
	return ours?.[0] ?? (units.size === 1 ? [...units.keys()][0] : undefined)
}

function addressShown(segments: readonly Segment[]): string | undefined {
	const asked = segments.findLast(
		(segment) => segment.kind === 'http' && segment.command !== undefined && !isInner(segment),
	)
	const words = asked?.command?.split(/\s+/).map((word) => word.replace(/^['"](.*)['"]$/, '$1')) ?? []
	const url = words.find((word) => /^https?:\/\/\S/.test(word))
	if (url !== undefined) return url
	const host = words.slice(1).findLast((word) => /^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/\S*)?$/.test(word))
	return host === undefined ? undefined : `http://${host}`
}

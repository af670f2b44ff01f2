import type { Flow, InputFormat } from '../flow/flow.ts'
import { checkInput } from '../flow/inputs.ts'
import { nearestOr } from '../flow/nearest.ts'
import { withOwnParsers } from '../flow/own-parser.ts'
import { commandsOf, declarationAt, declareFacts, type FactDeclarations } from '../flow/variables.ts'
import { parsers } from '../subjects/catalogue.ts'
import type { Segment } from '../subjects/segments.ts'
import type { Facts, FactType } from '../text/parser.ts'
import { UserError } from './user-error.ts'

/** What is known besides the outputs: inputs and facts that were given by hand, and inputs that the outputs show. */

export interface Settings {
	/** Defaults included. */
	readonly inputs: Readonly<Record<string, string>>
	/** Inputs that were given, or that the paste shows; the others are defaults, which say nothing of this host. */
	readonly known: ReadonlySet<string>
	/** Facts that were given, by name. */
	readonly facts: Readonly<Record<string, Facts>>
}

/** `--set` values: inputs by their name, facts by their path, typed by the parser that would give them. A UserError otherwise. */
export function settingsOf(flow: Flow, set: readonly (readonly [string, string])[]): Settings {
	const inputs: Record<string, string> = {}
	const known = new Set<string>()
	const facts: Record<string, Record<string, Facts[string]>> = {}
	const declared = declareFacts(flow, withOwnParsers(flow.parsers, parsers))
	for (const [name, input] of Object.entries(flow.inputs)) inputs[name] = input.default ?? ''
	for (const [key, text] of set) {
		const name = key.replace(/^inputs\./, '')
		const input = Object.hasOwn(flow.inputs, name) ? flow.inputs[name] : undefined
		if (input !== undefined) {
			const checked = checkInput(input.format, text)
			if (!checked.ok) throw new UserError(`--set ${key}: ${checked.reason}.`)
			inputs[name] = checked.value
			known.add(name)
			continue
		}
		const [group = '', fact = '', ...deeper] = key.split('.')
		const type = deeper.length > 0 ? undefined : declarationAt(declared.get(group) ?? {}, [fact])?.type
		if (type === undefined) throw new UserError(unknownSetting(flow.inputs, declared, key))
		const value = typed(type, text)
		if (value === undefined)
			throw new UserError(`--set ${key}: ${JSON.stringify(text)} is not ${NAMES_OF_TYPES[type]}.`)
		facts[group] = { ...facts[group], [fact]: value }
	}
	return { inputs, known, facts }
}

const NAMES_OF_TYPES: Readonly<Record<FactType, string>> = {
	string: 'a text',
	int: 'a whole number',
	double: 'a number',
	bool: 'true or false',
	'list<string>': 'a list (a,b)',
}

function typed(type: FactType, text: string): Facts[string] | undefined {
	switch (type) {
		case 'string':
			return text
		case 'bool':
			return text === 'true' ? true : text === 'false' ? false : undefined
		case 'list<string>':
			return text === '' ? [] : text.split(',').map((one) => one.trim())
		default: {
			const value = text.trim() === '' ? Number.NaN : Number(text)
			return (type === 'int' ? Number.isSafeInteger(value) : Number.isFinite(value)) ? value : undefined
		}
	}
}

function unknownSetting(inputs: object, declared: FactDeclarations, key: string): string {
	const names = [
		...Object.keys(inputs),
		...[...declared].flatMap(([group, schema]) => Object.keys(schema).map((fact) => `${group}.${fact}`)),
	]
	const hint = nearestOr(key, names, `its inputs are ${Object.keys(inputs).join(', ')}.`)
	return `The flow has neither an input nor a fact "${key}": ${hint}`
}

/** The settings with the inputs that the paste itself shows: the unit that its outputs are about, the address that was asked for. */
export function withInputsShown(flow: Flow, segments: readonly Segment[], settings: Settings): Settings {
	const known = new Set(settings.known)
	const inputs: Record<string, string> = { ...settings.inputs }
	const accept = (format: InputFormat, value: string | undefined): void => {
		const [name] = Object.entries(flow.inputs).find(([, input]) => input.format === format) ?? []
		if (name === undefined || value === undefined || known.has(name)) return
		const checked = checkInput(format, value)
		if (!checked.ok) return
		inputs[name] = checked.value
		known.add(name)
	}
	accept('unit-name', unitShown(flow, segments, settings.inputs))
	const asked = segments.findLast(({ about }) => about.url !== undefined && about.inner !== true)
	accept('url', asked?.about.url)
	return { ...settings, inputs, known }
}

/** The service that the outputs are about: the one that is expected, or the only one that the flow does not name itself. */
function unitShown(flow: Flow, segments: readonly Segment[], inputs: Settings['inputs']): string | undefined {
	const own = unitsOfFlow(flow)
	const units = new Set<string>()
	for (const { about } of segments) {
		const unit = about.unit?.replace(/\.service$/, '')
		if (unit === undefined || /\.(?:socket|timer|target)$|@\.|@$/.test(unit) || own.has(unit)) continue
		units.add(unit)
	}
	return Object.values(inputs).find((value) => units.has(value)) ?? (units.size === 1 ? [...units][0] : undefined)
}

/** Units that the flow's commands name in so many words. */
function unitsOfFlow(flow: Flow): ReadonlySet<string> {
	const rules = [...commandsOf(flow)].flatMap(({ parse }) => parse)
	return new Set(rules.flatMap(({ with: args }) => /^\s*['"]([^'"]+)['"]\s*$/.exec(args.unit ?? '')?.[1] ?? []))
}

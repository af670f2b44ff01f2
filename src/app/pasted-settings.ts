import type { Flow, Step } from '../flow/flow.ts'
import { checkInput } from '../flow/inputs.ts'
import { nearest } from '../flow/nearest.ts'
import { declareFacts, factAt } from '../flow/variables.ts'
import { parsers } from '../subjects/catalogue.ts'
import type { Facts, FactType } from '../text/parser.ts'
import { bindStep, type Known, type Paste } from './pasted-facts.ts'
import { UserError } from './user-error.ts'

export interface Settings {
	/** Defaults included. */
	readonly inputs: Readonly<Record<string, string>>
	/** Inputs that were given. */
	readonly known: ReadonlySet<string>
	/** Facts that were given, by name. */
	readonly facts: Readonly<Record<string, Facts>>
}

/** `--set` values: inputs by their name, facts by their path, typed by the parser that would give them. A UserError otherwise. */
export function settingsOf(flow: Flow, set: readonly (readonly [string, string])[]): Settings {
	const inputs: Record<string, string> = {}
	const known = new Set<string>()
	const facts: Record<string, Record<string, Facts[string]>> = {}
	const declared = declareFacts(flow.steps, parsers)
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
		const type = deeper.length > 0 ? undefined : declared.get(group)?.[fact]
		if (typeof type !== 'string') throw new UserError(unknownSetting(flow.inputs, declared, key))
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

function unknownSetting(inputs: object, declared: ReturnType<typeof declareFacts>, key: string): string {
	const names = [
		...Object.keys(inputs),
		...[...declared].flatMap(([group, schema]) => Object.keys(schema).map((fact) => `${group}.${fact}`)),
	]
	const near = nearest(key, names)
	const hint = near === undefined ? `its inputs are ${Object.keys(inputs).join(', ')}.` : `did you mean ${near}?`
	return `The flow has neither an input nor a fact "${key}": ${hint}`
}

/** Throws a UserError for a fact that was given by hand and that an output tells otherwise. */
export function refuseContradictions(paste: Paste, order: readonly Step[], known: Known): void {
	if (Object.keys(paste.given).length === 0) return
	const declared = declareFacts(paste.flow.steps, parsers)
	const bare = { ...paste, given: {} }
	for (const step of order) {
		const bound = bindStep(bare, step, known, paste.inputs)
		for (const name of bound.names) {
			for (const [fact, value] of Object.entries(paste.given[name] ?? {})) {
				const read = factAt(declared.get(name) ?? {}, bound.facts[name]?.facts ?? {}, [fact])
				const line = bound.facts[name]?.evidence[fact]?.[0]?.line
				if (read !== undefined && JSON.stringify(read) !== JSON.stringify(value)) {
					throw new UserError(
						`--set ${name}.${fact}=${String(value)} contradicts the output, which says ${String(read)}${line === undefined ? '' : ` in line ${line}`}: leave one of them out.`,
					)
				}
			}
		}
	}
}

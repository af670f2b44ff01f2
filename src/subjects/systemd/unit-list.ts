import { createFactSheet } from '../../text/fact-sheet.ts'
import type { FactSchema, Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

const FACTS = {
	/** Services whose name or description has one of the words. */
	units: 'list<string>',
	/** The one, when there is exactly one. */
	unit: 'string',
	count: 'int',
	sockets: 'list<string>',
	hasSocketUnit: 'bool',
	/** Templates (`gunicorn@.service`), which are no service without an instance. */
	templates: 'list<string>',
	activeUnits: 'list<string>',
	failedUnits: 'list<string>',
	/** `args.unit`, or else the only one, is listed. */
	known: 'bool',
	/** Its state as a file: `enabled`, `disabled`, `masked`, `static`, … */
	state: 'string',
	enabled: 'bool',
	masked: 'bool',
	loadState: 'string',
	activeState: 'string',
	subState: 'string',
} as const satisfies FactSchema

interface Listed {
	readonly name: string
	readonly line: number
	readonly description: string
	readonly load?: string
	readonly active?: string
	readonly sub?: string
	readonly state?: string
}

const LOADED =
	/^(?:[●○×↻*] |\s{2})?\s{0,4}([\w@:.\\-]{1,250}\.(?:service|socket))\s+(loaded|not-found|bad-setting|error|masked|stub|merged)\s+(active|inactive|failed|activating|deactivating|reloading|maintenance|refreshing)\s+([\w-]{1,40})(?:\s+(.*))?$/
const FILE =
	/^\s{0,4}([\w@:.\\-]{1,250}\.(?:service|socket))\s+(enabled|disabled|static|masked|indirect|generated|alias|linked|transient|bad|enabled-runtime|masked-runtime|linked-runtime)(?:\s+(?:enabled|disabled|ignored|-|n\/a))?\s*$/

const DEFAULT_WORDS = 'gunicorn|flask|wsgi|uvicorn|hypercorn|waitress|django'

/** `systemctl list-units --all` and `systemctl list-unit-files`, alone or one after the other. */
export const unitListParser: Parser = {
	name: 'unit-list',
	summary: 'the units that may be the application',
	facts: FACTS,
	/** `pattern`: words between `|`. */
	args: { unit: 'string', pattern: 'string' },
	parse: (input) => {
		const { args } = input
		const lines = plainLines(input)
		const sheet = createFactSheet()
		const listed: Listed[] = []
		let recognised = false
		for (const { text, number } of lines) {
			const loaded = LOADED.exec(text)
			const file = loaded === null ? FILE.exec(text) : null
			if (loaded !== null) {
				const [, name = '', load = '', active = '', sub = '', description = ''] = loaded
				listed.push({ name, line: number, description: description.trim(), load, active, sub })
			} else if (file !== null)
				listed.push({ name: file[1] ?? '', line: number, description: '', state: file[2] ?? '' })
			else if (/^\s{0,4}UNIT(?: FILE)?\s+(?:LOAD|STATE)|^\d+ (?:loaded units|unit files) listed/.test(text))
				recognised = true
		}
		if (listed.length === 0 && !recognised) return sheet.parsed()
		const words = (typeof args.pattern === 'string' && args.pattern !== '' ? args.pattern : DEFAULT_WORDS)
			.toLowerCase()
			.split('|')
			.map((word) => word.trim().replace(/[*]/g, ''))
			.filter((word) => word !== '')
		const wanted = typeof args.unit === 'string' && args.unit !== '' ? args.unit : undefined
		const matches = ({ name, description }: Listed): boolean =>
			words.some((word) => name.toLowerCase().includes(word) || description.toLowerCase().includes(word))
		const isTemplate = (name: string): boolean => name.endsWith('@.service')
		const candidates = listed.filter(matches)
		// A unit that others only mention, and that no file makes, is none.
		const services = candidates.filter(
			({ name, load }) => name.endsWith('.service') && !isTemplate(name) && load !== 'not-found',
		)
		const names = (some: readonly Listed[]): readonly string[] => [...new Set(some.map(({ name }) => name))]
		const say = (
			fact: 'units' | 'sockets' | 'templates' | 'activeUnits' | 'failedUnits',
			some: readonly Listed[],
		): void => sheet.set(fact, names(some), ...some.slice(0, 40).map(({ line }) => line))
		say('units', services)
		const sockets = candidates.filter(({ name, load }) => name.endsWith('.socket') && load !== 'not-found')
		say('sockets', sockets)
		sheet.set('hasSocketUnit', sockets.length > 0, ...sockets.slice(0, 10).map(({ line }) => line))
		say(
			'templates',
			listed.filter((one) => isTemplate(one.name) && matches(one)),
		)
		say(
			'activeUnits',
			services.filter(({ active }) => /^(?:active|reloading|refreshing)$/.test(active ?? '')),
		)
		say(
			'failedUnits',
			services.filter(({ active }) => active === 'failed'),
		)
		const only = names(services)
		sheet.set('count', only.length, ...services.slice(0, 40).map(({ line }) => line))
		if (only.length === 1) sheet.set('unit', only[0], services[0]?.line)
		const name = wanted ?? (only.length === 1 ? only[0] : undefined)
		if (name === undefined) return sheet.parsed()
		const full = /\.(?:service|socket)$/.test(name) ? name : `${name}.service`
		const template = full.replace(/@[^.]*\./, '@.')
		const mine = listed.filter((one) => one.name === full)
		const file =
			mine.findLast(({ state }) => state !== undefined) ??
			listed.findLast((one) => one.name === template && one.state !== undefined)
		const loaded = mine.findLast(({ load }) => load !== undefined)
		sheet.set(
			'known',
			(mine.length > 0 && loaded?.load !== 'not-found') || file !== undefined,
			...mine.map(({ line }) => line),
		)
		if (file !== undefined) {
			sheet.set('state', file.state, file.line)
			sheet.set('enabled', /^(?:enabled|static|generated|alias|transient)/.test(file.state ?? ''), file.line)
		}
		if (file !== undefined || loaded !== undefined)
			sheet.set(
				'masked',
				file?.state?.startsWith('masked') === true || loaded?.load === 'masked',
				(file ?? loaded)?.line,
			)
		if (loaded !== undefined) {
			sheet.set('loadState', loaded.load, loaded.line)
			sheet.set('activeState', loaded.active, loaded.line)
			sheet.set('subState', loaded.sub, loaded.line)
		}
		return sheet.parsed()
	},
}

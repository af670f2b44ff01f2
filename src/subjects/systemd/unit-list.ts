import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, list, type OutputLine, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { ACTIVE_STATES, FILE_STATES, fullUnitName, isActive, isEnabled, LOAD_STATES } from './unit-states.ts'

const FACTS = {
	complete: bool('No name was cut for want of room: what is not listed is not there.'),
	units: list(
		'Services whose name or description has one of the words, all services when no words are given; it may miss some unless `complete`.',
	),
	unit: string('The service of `units`, when it is complete and has exactly one.'),
	count: int('How many services `units` has, when it is complete.'),
	sockets: list('Socket units whose name or description has one of the words.'),
	hasSocketUnit: bool('There is such a socket unit.'),
	instances: list(
		'Services that are instances of a template (`app@site.service`), whatever their words; it may miss some unless `complete`.',
	),
	templates: list('Templates with one of the words (`app@.service`), which are no service without an instance.'),
	activeUnits: list('Those of `units` that do their work.'),
	failedUnits: list('Those of `units` that failed.'),
	known: bool('The unit that is meant, or else the only one, is listed.'),
	state: string('Whether it is started at boot.', { values: FILE_STATES }),
	enabled: bool('It is started at boot, or by something else that needs no [Install] section.'),
	masked: bool('It is masked: nobody can start it.'),
	loadState: string('Whether systemd could read its file.', { values: LOAD_STATES }),
	activeState: string('Its state.', { values: ACTIVE_STATES }),
	subState: string('Its state, more closely: running, dead, auto-restart, listening …'),
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

/** `systemctl list-units --all` and `systemctl list-unit-files`, alone or one after the other. */
export const unitListParser = plainParser({
	name: 'unit-list',
	summary: 'the units that may be the one that is looked for',
	facts: FACTS,
	args: {
		unit: string('The unit that is meant.'),
		pattern: string('Words of which a unit has one in its name or its description, with `|` between them.'),
	},
	read(sheet, lines, input) {
		const read = readList(lines)
		const { listed, recognised, complete } = read
		if (listed.length === 0 && !recognised) return
		sheet.set('complete', complete)
		const only = setCandidates(sheet, read, wordsOf(textArg(input.args, 'pattern')))
		const name = textArg(input.args, 'unit') ?? only
		if (name !== undefined) setKnown(sheet, read, fullUnitName(name))
	},
})

interface UnitTable {
	readonly listed: readonly Listed[]
	/** It is such a table, though it may be empty. */
	readonly recognised: boolean
	readonly complete: boolean
}

/** A name that a narrow terminal cut: `systemd-journal-f…` */
const CUT =
	/^(?:[●○×↻*] |\s{2})?\s{0,4}[\w@:.\\-]{0,250}…\S*\s+(?:loaded|not-found|masked|error|enabled|disabled|static)\s/

const readList = (lines: readonly OutputLine[]): UnitTable => {
	const listed: Listed[] = []
	let recognised = false
	let complete = true
	for (const { text, number } of lines) {
		const loaded = LOADED.exec(text)
		const file = loaded === null ? FILE.exec(text) : null
		if (loaded !== null) {
			const [, name = '', load = '', active = '', sub = '', description = ''] = loaded
			listed.push({ name, line: number, description: description.trim(), load, active, sub })
		} else if (file !== null) listed.push({ name: file[1] ?? '', line: number, description: '', state: file[2] ?? '' })
		else if (/^\s{0,4}UNIT(?: FILE)?\s+(?:LOAD|STATE)|^\d+ (?:loaded units|unit files) listed/.test(text))
			recognised = true
		else if (CUT.test(text)) complete = false
	}
	return { listed, recognised, complete }
}

const wordsOf = (pattern: string | undefined): readonly string[] =>
	(pattern ?? '')
		.toLowerCase()
		.split('|')
		.map((word) => word.trim().replace(/[*]/g, ''))
		.filter((word) => word !== '')

const isTemplate = (name: string): boolean => name.endsWith('@.service')

/** What may be meant; gives the service when there is only one. */
const setCandidates = (
	sheet: FactSheet,
	{ listed, complete }: UnitTable,
	words: readonly string[],
): string | undefined => {
	const matches = ({ name, description }: Listed): boolean =>
		words.length === 0 ||
		words.some((word) => name.toLowerCase().includes(word) || description.toLowerCase().includes(word))
	const setNames = (fact: keyof typeof FACTS, some: readonly Listed[]): void =>
		sheet.list(fact, some, ({ name }) => name)
	// A unit that others only mention, and that no file makes, is none.
	const candidates = listed.filter((one) => matches(one) && one.load !== 'not-found')
	const services = candidates.filter(({ name }) => name.endsWith('.service') && !isTemplate(name))
	const sockets = candidates.filter(({ name }) => name.endsWith('.socket'))
	setNames('units', services)
	const instances = listed.filter(({ name, load }) => /@[^.]+\.service$/.test(name) && load !== 'not-found')
	if (complete) setNames('instances', instances)
	setNames('sockets', sockets)
	if (complete || sockets.length > 0) sheet.set('hasSocketUnit', sockets.length > 0, ...sockets)
	setNames(
		'templates',
		listed.filter((one) => isTemplate(one.name) && matches(one)),
	)
	setNames(
		'activeUnits',
		services.filter(({ active }) => isActive(active ?? '')),
	)
	setNames(
		'failedUnits',
		services.filter(({ active }) => active === 'failed'),
	)
	if (!complete) return undefined
	const names = new Set(services.map(({ name }) => name))
	sheet.set('count', names.size, ...services)
	const only = names.size === 1 ? services[0] : undefined
	sheet.set('unit', only?.name, only)
	return only?.name
}

const setKnown = (sheet: FactSheet, { listed, complete }: UnitTable, name: string): void => {
	const template = name.replace(/@[^.]*\./, '@.')
	const mine = listed.filter((one) => one.name === name)
	const file =
		mine.findLast(({ state }) => state !== undefined) ??
		listed.findLast((one) => one.name === template && one.state !== undefined)
	const loaded = mine.findLast(({ load }) => load !== undefined)
	const known = (mine.length > 0 && loaded?.load !== 'not-found') || file !== undefined
	if (known || complete) sheet.set('known', known, ...mine)
	sheet.set('state', file?.state, file)
	if (file !== undefined) sheet.set('enabled', isEnabled(file.state ?? ''), file)
	const masked = file?.state?.startsWith('masked') === true || loaded?.load === 'masked'
	if (file !== undefined || loaded !== undefined) sheet.set('masked', masked, file ?? loaded)
	sheet.set('loadState', loaded?.load, loaded)
	sheet.set('activeState', loaded?.active, loaded)
	sheet.set('subState', loaded?.sub, loaded)
}

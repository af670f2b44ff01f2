/** Facts that each stand in one setting, of a file or of a list of properties: what it is called, how its value is read. */

import { splitWords } from './argv.ts'
import type { FactSheet, Where } from './fact-sheet.ts'
import type { FactDeclaration, FactSchema, FactType, FactValue } from './parser.ts'

type Read = (value: string) => FactValue | undefined

interface SettingFact extends FactDeclaration {
	readonly setting: string
	readonly read: Read
}

const wholeOf: Read = (value) => (/^-?\d{1,15}$/.test(value) ? Number(value) : undefined)

const READ: Readonly<Record<FactType, Read>> = {
	string: (value) => (value === '' ? undefined : value),
	int: wholeOf,
	double: wholeOf,
	bool: yesOrNo,
	'list<string>': splitWords,
}

/** What configuration files write for yes and for no. */
export function yesOrNo(value: string): boolean | undefined {
	if (/^(?:1|yes|true|on|y|t)$/i.test(value)) return true
	return /^(?:0|no|false|off|n|f)$/i.test(value) ? false : undefined
}

/** Declares a fact that the setting of that name tells, read by the fact's type unless `read` says how. */
export function of(setting: string, declared: FactDeclaration, read: Read = READ[declared.type]): SettingFact {
	const { values } = declared
	const known: Read = (value) => (values === undefined || values.includes(value) ? read(value) : undefined)
	return { ...declared, setting, read: known }
}

/** Sets those of the facts that settings tell; `find` gives a setting's value, and where it stands. */
export function setSettings(
	sheet: FactSheet,
	facts: FactSchema,
	find: (setting: string) => { readonly value: string; readonly line: Extract<Where, object | number> } | undefined,
): void {
	for (const [name, declared] of Object.entries(facts)) {
		if (!('setting' in declared)) continue
		const { setting, read } = declared as unknown as SettingFact
		const found = find(setting)
		if (found !== undefined) sheet.set(name, read(found.value), found.line)
	}
}

/** What conditions and templates can ask of the names of units. */

import type { DomainFunction } from '../../text/subject.ts'

export const unitFunctions: readonly DomainFunction[] = [
	{
		signature: 'sameUnit(string, string): bool',
		summary: 'do both name one service, with `.service` or without',
		call: (a, b) => serviceOf(a) === serviceOf(b),
	},
]

function serviceOf(unit: string): string {
	return unit.endsWith('.service') ? unit : `${unit}.service`
}

/** What conditions and templates can ask of the names of units. */

import type { DomainFunction } from '../../text/subject.ts'
import { isSameUnit } from './invocation.ts'

export const unitFunctions: readonly DomainFunction[] = [
	{
		signature: 'sameUnit(string, string): bool',
		summary: 'do both name one service, with `.service` or without',
		call: isSameUnit,
	},
]

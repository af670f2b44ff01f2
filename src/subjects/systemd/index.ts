import type { Subject } from '../../text/subject.ts'
import { isSameUnit } from './invocation.ts'
import { journalParser } from './journal.ts'
import { systemdOutputs } from './outputs.ts'
import { systemctlShowParser } from './systemctl-show.ts'
import { systemctlStatusParser } from './systemctl-status.ts'
import { unitFileParser } from './unit-file.ts'
import { unitListParser } from './unit-list.ts'

export {
	type Invocation,
	isSameUnit,
	type LogEntry,
	readUnitLog,
	type ServiceLog,
	splitInvocations,
} from './invocation.ts'
export { serviceIn } from './outputs.ts'
export { unitBlock, unitLogText } from './status-tail.ts'
export { readExec } from './systemctl-show.ts'
export { unitFileParser } from './unit-file.ts'
export { describeInvocation, endedOrderly, hasFailed, type UnitRun } from './unit-run.ts'
export { ownServicesIn, unitEnvironment, unitsIn } from './unit-text.ts'
export { withoutGuesses } from './whole-lines.ts'

/** systemd: its units, what it says of them, and what it and the kernel write of them in the journal. */
export const subject: Subject = {
	name: 'systemd',
	parsers: [journalParser, systemctlShowParser, systemctlStatusParser, unitFileParser, unitListParser],
	outputs: systemdOutputs,
	functions: [
		{
			signature: 'sameUnit(string, string): bool',
			summary: 'do both name one service, with `.service` or without',
			call: isSameUnit,
		},
	],
}

import type { Subject } from '../../text/subject.ts'
import { addressesParser } from './addresses.ts'
import { clockParser } from './clock.ts'
import { diskParser } from './disk.ts'
import { identityParser } from './identity.ts'
import { kernelLogParser, selinuxParser } from './kernel-log.ts'
import { listenersParser } from './listeners.ts'
import { lsLongParser } from './ls-l.ts'
import { linuxOutputs } from './outputs.ts'
import { pathFunctions } from './path-functions.ts'
import { pathWalkParser } from './path-walk.ts'
import { pathsParser } from './paths.ts'
import { processesParser } from './processes.ts'

export { type ProcessTable, readProcessTable, userName } from './process-table.ts'
export { runs } from './program-name.ts'

/** A Linux host: its processes, sockets, files, users, disks, clock and kernel. */
export const subject: Subject = {
	name: 'linux',
	parsers: [
		addressesParser,
		clockParser,
		diskParser,
		identityParser,
		kernelLogParser,
		listenersParser,
		lsLongParser,
		pathWalkParser,
		pathsParser,
		processesParser,
		selinuxParser,
	],
	outputs: linuxOutputs,
	functions: pathFunctions,
}

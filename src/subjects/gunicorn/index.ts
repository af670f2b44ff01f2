import type { Subject } from '../../text/subject.ts'
import { gunicornCommandParser } from './command.ts'
import { gunicornConfigParser } from './config.ts'
import { gunicornLogParser } from './log.ts'
import { gunicornOutputs } from './outputs.ts'
import { gunicornProcessesParser } from './processes.ts'
import { gunicornUnitsParser } from './units.ts'

/** Gunicorn: its command line, its configuration, its units and its log. */
export const subject: Subject = {
	name: 'gunicorn',
	parsers: [
		gunicornCommandParser,
		gunicornConfigParser,
		gunicornLogParser,
		gunicornProcessesParser,
		gunicornUnitsParser,
	],
	outputs: gunicornOutputs,
	functions: [],
}

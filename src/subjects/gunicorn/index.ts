import type { Subject } from '../../text/subject.ts'
import { gunicornCommandParser } from './command.ts'
import { gunicornConfigParser } from './config.ts'
import { gunicornJournalParser } from './journal.ts'
import { gunicornUnitsParser } from './units.ts'

/** Gunicorn: its command line, its configuration, its units and its log. */
export const subject: Subject = {
	name: 'gunicorn',
	parsers: [gunicornCommandParser, gunicornConfigParser, gunicornJournalParser, gunicornUnitsParser],
	functions: [],
}

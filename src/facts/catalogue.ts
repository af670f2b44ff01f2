import { addressesParser } from './addresses.ts'
import { clockParser } from './clock.ts'
import { diskParser } from './disk.ts'
import { gunicornCommandParser } from './gunicorn-command.ts'
import { gunicornConfigParser } from './gunicorn-config.ts'
import { gunicornJournalParser } from './gunicorn-journal.ts'
import { gunicornUnitsParser } from './gunicorn-units.ts'
import { httpCodesParser, httpParser } from './http.ts'
import { identityParser } from './identity.ts'
import { kernelLogParser, selinuxParser } from './kernel-log.ts'
import { listenersParser } from './listeners.ts'
import { lsLongParser } from './ls-l.ts'
import { nginxAccessLogParser } from './nginx-access-log.ts'
import { nginxConfigParser } from './nginx-config.ts'
import { nginxErrorLogParser } from './nginx-error-log.ts'
import { nginxTestParser } from './nginx-test.ts'
import type { Parser } from './parser.ts'
import { pathWalkParser } from './path-walk.ts'
import { pathsParser } from './paths.ts'
import { processesParser } from './processes.ts'
import { systemctlShowParser } from './systemctl-show.ts'
import { systemctlStatusParser } from './systemctl-status.ts'
import { pythonTracebackParser } from './traceback.ts'
import { unitFileParser } from './unit-file.ts'
import { unitListParser } from './unit-list.ts'

/** Every parser that a flow may name under `parse:`. */
export const parsers: ReadonlyMap<string, Parser> = new Map(
	[
		addressesParser,
		clockParser,
		diskParser,
		gunicornCommandParser,
		gunicornConfigParser,
		gunicornJournalParser,
		gunicornUnitsParser,
		httpCodesParser,
		httpParser,
		identityParser,
		kernelLogParser,
		listenersParser,
		lsLongParser,
		nginxAccessLogParser,
		nginxConfigParser,
		nginxErrorLogParser,
		nginxTestParser,
		pathWalkParser,
		pathsParser,
		processesParser,
		pythonTracebackParser,
		selinuxParser,
		systemctlShowParser,
		systemctlStatusParser,
		unitFileParser,
		unitListParser,
	].map((parser) => [parser.name, parser]),
)

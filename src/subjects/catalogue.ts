import type { Parser } from '../text/parser.ts'
import { gunicornCommandParser } from './gunicorn/command.ts'
import { gunicornConfigParser } from './gunicorn/config.ts'
import { gunicornJournalParser } from './gunicorn/journal.ts'
import { gunicornUnitsParser } from './gunicorn/units.ts'
import { httpCodesParser, httpParser } from './http/http.ts'
import { addressesParser } from './linux/addresses.ts'
import { clockParser } from './linux/clock.ts'
import { diskParser } from './linux/disk.ts'
import { identityParser } from './linux/identity.ts'
import { kernelLogParser, selinuxParser } from './linux/kernel-log.ts'
import { listenersParser } from './linux/listeners.ts'
import { lsLongParser } from './linux/ls-l.ts'
import { pathWalkParser } from './linux/path-walk.ts'
import { pathsParser } from './linux/paths.ts'
import { processesParser } from './linux/processes.ts'
import { nginxAccessLogParser } from './nginx/access-log.ts'
import { nginxConfigParser } from './nginx/config.ts'
import { nginxErrorLogParser } from './nginx/error-log.ts'
import { nginxTestParser } from './nginx/test.ts'
import { pythonTracebackParser } from './python/traceback.ts'
import { systemctlShowParser } from './systemd/systemctl-show.ts'
import { systemctlStatusParser } from './systemd/systemctl-status.ts'
import { unitFileParser } from './systemd/unit-file.ts'
import { unitListParser } from './systemd/unit-list.ts'

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

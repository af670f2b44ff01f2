import { describe, expect, it } from 'vitest'
import { gunicornCommandParser } from '../../src/subjects/gunicorn/command.ts'
import { gunicornConfigParser } from '../../src/subjects/gunicorn/config.ts'
import { gunicornJournalParser } from '../../src/subjects/gunicorn/journal.ts'
import { identityParser } from '../../src/subjects/linux/identity.ts'
import { lsLongParser } from '../../src/subjects/linux/ls-l.ts'
import { pathWalkParser } from '../../src/subjects/linux/path-walk.ts'
import { processesParser } from '../../src/subjects/linux/processes.ts'
import { pythonTracebackParser } from '../../src/subjects/python/traceback.ts'
import { systemctlShowParser } from '../../src/subjects/systemd/systemctl-show.ts'
import { systemctlStatusParser } from '../../src/subjects/systemd/systemctl-status.ts'
import { unitFileParser } from '../../src/subjects/systemd/unit-file.ts'
import { unitListParser } from '../../src/subjects/systemd/unit-list.ts'
import { pasted } from './recorded-output.ts'

const parsers = [
	gunicornCommandParser,
	gunicornConfigParser,
	gunicornJournalParser,
	identityParser,
	lsLongParser,
	pathWalkParser,
	processesParser,
	systemctlShowParser,
	systemctlStatusParser,
	pythonTracebackParser,
	unitFileParser,
	unitListParser,
]

/** Texts that make a careless pattern go back and forth: one long line, and many short ones. */
const seeds = [
	'a',
	' ',
	'"',
	"'",
	'\\',
	'[',
	'(',
	'= ',
	'A=',
	'gunicorn ',
	'newrelic-admin ',
	'env ',
	'sh -c ',
	'ExecStart=/bin/sh -c ',
	'bind = [',
	'x.service: ',
	'x.service - ',
	'Started ',
	'No module named ',
	'connection ',
	'uid=1 ',
	'drwxr-xr-x root root ',
	'  File "',
	'ImproperlyConfigured: ',
	'web-1 | ',
	'> ',
	'-> ',
	'Environment="A=',
	'root 1 ',
]

describe.each(parsers.map((parser) => [parser.name, parser] as const))('%s', (_name, parser) => {
	it('reads hostile text in linear time', () => {
		const time = (text: string): number => {
			const input = { ...pasted(text, { user: 'www-data', unit: 'x', app: 'a:b' }), exitCode: 1 }
			const begun = performance.now()
			parser.parse(input)
			return performance.now() - begun
		}
		for (const seed of seeds) {
			for (const text of [seed.repeat(300_000 / seed.length), `${seed}\n`.repeat(20_000)]) {
				expect(time(text), `${JSON.stringify(seed)} × ${text.length}`).toBeLessThan(1500)
			}
		}
	}, 60_000)
})

import type { OutputKind } from '../../text/output-kind.ts'
import type { Facts } from '../../text/parser.ts'

/** The time and the level that FPM puts before every line: zlog.c. */
const STAMP = /^\[\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{6})?\] (?:DEBUG|NOTICE|WARNING|ERROR|ALERT): /
/** What only `php-fpm -t` and `-tt` print. */
const TESTED =
	/^.{21,40}NOTICE: (?:configuration file \/.{1,1000} test is successful$|\[global\]$|\s+[a-z][\w.]{0,80} = )/

/** What PHP-FPM prints and writes. */
export const fpmOutputs: readonly OutputKind[] = [
	{
		name: 'php-fpm-config',
		label: "the test of PHP-FPM's configuration",
		parsers: ['php-fpm-config'],
		program: 'php-fpm',
		printedBy: (command) => (/^(?:\S*\/)?php-fpm[\w.-]* .*-t{1,2}\b/.test(command) ? {} : undefined),
		sign: ({ message }) => (TESTED.test(message) ? {} : undefined),
		holds: (kind) => kind === 'php-fpm-log',
		isSound: ({ ok }) => (typeof ok === 'boolean' ? ok : undefined),
	},
	{
		name: 'php-fpm-log',
		label: "PHP-FPM's own log",
		parsers: ['php-fpm-log'],
		joins: 'below-one-prompt',
		standsIn: ['journal', 'systemctl-status'],
		printedBy: (command) => (/^(?:tail|cat|less|head) .*php\S*fpm\S*log/.test(command) ? {} : undefined),
		sign: ({ message }) => (STAMP.test(message) && !TESTED.test(message) ? {} : undefined),
		isSound: isSoundLog,
	},
	{
		name: 'fastcgi-errors',
		label: "what PHP-FPM said of requests, in nginx's error log",
		parsers: ['fastcgi-errors'],
		standsIn: ['nginx-error-log'],
	},
]

/** It serves, and nothing went wrong since. */
function isSoundLog({ ready, maxChildrenFresh, timedOut, workersLost }: Facts): boolean | undefined {
	if (ready === undefined) return undefined
	return ready === true && maxChildrenFresh !== true && !(Number(timedOut) > 0) && !(Number(workersLost) > 0)
}

import type { OutputKind } from '../../text/output-kind.ts'
import type { Facts } from '../../text/parser.ts'

/** Its own record: the time in brackets or (before version 18) without, the pid, the level; parts of it may be left out. */
const RECORD =
	/^(?:\[?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: ?[+-]\d{4})?\]? )\[\d{1,10}\] \[[A-Z]{1,10}\] |^\[\d{1,10}\] \[(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\] \S/
/** What Gunicorn says, in the words of its source (arbiter, workers, util, config, pidfile, sock, glogging). */
const SENTENCE = new RegExp(
	`(?:^|[\\]:|>-] ?|[^\\w'"] )(?:${[
		'Starting gunicorn \\d',
		'Listening at: (?:https?://|unix:|fd://)',
		'Using worker: \\w',
		'Booting worker with pid: \\d',
		'Worker exiting \\(pid: \\d',
		'WORKER TIMEOUT \\(pid: ?\\d',
		'Worker \\(pid: ?\\d{1,10}\\) (?:was (?:sent|killed|terminated)|exited with code)',
		'Worker with pid \\d{1,10} was terminated due to ',
		'Shutting down: Master',
		'Reason: (?:Worker failed to boot|App failed to load)',
		'Worker failed to boot\\.',
		'App failed to load\\.',
		'Connection in use: \\(',
		"Can't connect to (?:\\('|/)",
		'Invalid address: \\(',
		'connection to \\(.{1,200}\\) failed: ',
		'Exception in worker process',
		'Unhandled exception in main loop',
		'Error handling request',
		'Failed to find (?:attribute|application object)',
		'Failed to find application, did you mean',
		'Application object must be callable',
		"Failed to parse '.{1,300}' as an attribute name",
		'Failed to read config file: ',
		'class uri u?[\'"].{1,300}[\'"] invalid or not found',
		'Already running on PID \\d',
		"'[^']{1,1000}' isn't writable ",
		"can't chdir to '",
		"/\\S{1,1000} doesn't exist\\. Can't create pidfile",
		'No application module specified\\.',
		'HaltServer',
		'Autorestarting worker after current request',
	].join('|')})`,
)
/** What it prints before its log is open: nearly any error of its settings comes so. */
const START_ERROR = /^(?:Error: ){1,2}(?:\[Errno \d|'\/|No such |Invalid |\w+ worker requires|You need )/
const SETTING = /^(?:bind|workers|worker_class|timeout|umask|accesslog|errorlog|wsgi_app) ?= ?\S/

/** What Gunicorn prints and reads. */
export const gunicornOutputs: readonly OutputKind[] = [
	{
		name: 'gunicorn-log',
		label: "Gunicorn's own log",
		parsers: ['gunicorn-log'],
		joins: 'below-one-prompt',
		standsIn: ['journal', 'systemctl-status', 'logged-traceback'],
		printedBy: (command) =>
			/^(?:tail|cat|less|head) .*gunicorn\S*\.log|^(?:\S*\/)?gunicorn(?:\d)? /.test(command) ? {} : undefined,
		sign: ({ text, message, writer }) => {
			const said = writer === undefined ? message : text
			if (RECORD.test(said) || SENTENCE.test(said)) return {}
			return START_ERROR.test(said) ? { weak: true } : undefined
		},
		holds: (kind) => kind === 'nginx-access-log' || kind === 'logged-traceback',
		isSound: isSoundLog,
	},
	{
		name: 'gunicorn-command',
		label: "Gunicorn's command line",
		parsers: ['gunicorn-command'],
		standsIn: ['unit-file', 'systemctl-show'],
	},
	{
		name: 'gunicorn-config',
		label: "Gunicorn's configuration file",
		parsers: ['gunicorn-config'],
		printedBy: (command) => (/^(?:tail|cat|less|head) .*gunicorn\S*\.py\b/.test(command) ? {} : undefined),
		sign: ({ text }) => (SETTING.test(text) ? {} : undefined),
	},
]

/** It serves, and nothing went wrong since. */
function isSoundLog({ ready, fault, reason, vanished }: Facts): boolean | undefined {
	if ((typeof fault === 'string' && fault !== 'none') || reason !== undefined) return false
	if (typeof vanished === 'number' && vanished > 0) return false
	return ready === true && fault === 'none' ? true : undefined
}

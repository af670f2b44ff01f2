import { outputOf, recordedHosts } from '../support/recorded-hosts.ts'
import type { LabelledText } from './scoring.ts'

/** The project's own texts: pieces of what the lab's hosts printed, cut and dressed as people paste them. */

interface Cutting {
	readonly host: string
	readonly output: string
	/** Only lines that match are pasted; all where it is left out. */
	readonly keep?: RegExp
	/** What stands in front of each line is cut off. */
	readonly bare?: RegExp
	/** Put in front of each line. */
	readonly before?: string
	/** Of the kept lines only the last ones. */
	readonly last?: number
	/** Words above it. */
	readonly above?: string
	readonly labels: readonly string[]
	/** Left out: it does not decide alone. */
	readonly evidence?: string
}

const JOURNAL = /^\w{3} \d\d [\d:]{8} web1 [^:]{1,60}: (?:\w+\.service: )?/
const ENTRY = /^.*?\*\d+ (?=connect|upstream|no live)/

const CUTTINGS: Readonly<Record<string, Cutting>> = {
	'error-without-prefix': {
		...{ host: 'pid-file-stale.tcp', output: 'journalctl', keep: /Already running/, bare: JOURNAL },
		...{ labels: ['gunicorn-stale-pidfile'], evidence: 'Already running on PID' },
	},
	'log-file-error-without-prefix': {
		...{ host: 'log-file-unwritable.unix', output: 'journalctl', keep: /isn't writable/, bare: JOURNAL },
		...{ labels: ['log-file-not-writable'], evidence: "isn't writable" },
	},
	'worker-class-in-words': {
		...{ host: 'worker-class-missing.tcp', output: 'journalctl', keep: /class uri|RuntimeError: /, bare: JOURNAL },
		...{ above: 'After the upgrade it does not start any more:', labels: ['gunicorn-worker-class-unavailable'] },
		evidence: 'class uri',
	},
	'attribute-from-compose': {
		...{ host: 'attribute-wrong.tcp', output: 'journalctl', keep: /gunicorn\[/, bare: JOURNAL, last: 8 },
		...{ before: 'web-1  | ', labels: ['app-callable-not-found'], evidence: 'Failed to find attribute' },
	},
	'timeout-one-line': {
		...{ host: 'worker-timeout.tcp', output: 'journalctl', keep: /WORKER TIMEOUT/, last: 1 },
		...{ bare: /^.*?(?=\[CRITICAL\])/, labels: ['worker-timeout'], evidence: 'WORKER TIMEOUT' },
	},
	'killed-workers': {
		...{ host: 'worker-out-of-memory.tcp', output: 'journalctl', keep: /Worker with pid|Booting/, bare: JOURNAL },
		...{ labels: ['worker-oom-or-sigkill'], evidence: 'terminated due to signal 9' },
	},
	'crashed-workers': {
		...{ host: 'worker-segfault.tcp', output: 'journalctl', keep: /gunicorn\[/, last: 6 },
		...{ labels: ['worker-killed-by-signal'], evidence: 'terminated due to signal 11' },
	},
	'tail-of-a-traceback': {
		...{
			host: 'package-missing.tcp',
			output: 'journalctl',
			keep: /gunicorn\[\d+\]: {3,}|ModuleNotFoundError/,
			last: 3,
		},
		...{ before: '    ', labels: ['app-dependency-missing'], evidence: "No module named 'redis'" },
	},
	'entry-module-in-status': {
		...{ host: 'module-path-wrong.tcp', output: 'systemctl-status', labels: ['app-module-not-found'] },
		evidence: "No module named 'wsgi_typo'",
	},
	'environment-in-mail': {
		...{ host: 'environment-missing.tcp', output: 'journalctl', before: '> ', labels: ['app-env-var-missing'] },
		evidence: "KeyError: 'SECRET_KEY'",
	},
	'asgi-request': {
		...{ host: 'asgi-application.tcp', output: 'journalctl', keep: /gunicorn\[/, bare: JOURNAL, last: 8 },
		...{ labels: ['asgi-wsgi-mismatch'], evidence: 'missing 1 required positional argument' },
	},
	'systemd-without-prefixes': {
		...{ host: 'working-directory-missing.tcp', output: 'journalctl', keep: /CHDIR|working directory/, bare: JOURNAL },
		...{ labels: ['unit-chdir-missing'], evidence: 'CHDIR' },
	},
	'systemd-user': {
		...{
			host: 'user-missing.unix',
			output: 'journalctl',
			last: 3,
			labels: ['unit-user-unknown'],
			evidence: '217/USER',
		},
	},
	'systemd-program': {
		...{ host: 'exec-path-wrong.unix', output: 'journalctl', last: 5, labels: ['unit-exec-not-found'] },
		evidence: 'No such file or directory',
	},
	'systemd-interpreter': {
		...{ host: 'shebang-stale.unix', output: 'journalctl', last: 5, labels: ['unit-exec-stale-shebang'] },
		evidence: 'Failed to execute',
	},
	'never-notified': {
		...{ host: 'never-notified.tcp', output: 'journalctl', keep: /systemd\[/, last: 4 },
		...{ labels: ['unit-type-notify-timeout'], evidence: 'timed out' },
	},
	'address-in-use': {
		...{ host: 'port-in-use.tcp', output: 'journalctl', keep: /Connection in use|Retrying/, bare: JOURNAL, last: 4 },
		...{ labels: ['address-in-use'], evidence: 'Connection in use' },
	},
	'backlog-without-fields': {
		...{ host: 'backlog-full.unix', output: 'nginx-error-log', last: 1, bare: ENTRY },
		...{ labels: ['socket-backlog-full'], evidence: 'Resource temporarily unavailable' },
	},
	'big-header': {
		...{ host: 'header-too-big.tcp', output: 'nginx-error-log', last: 1, before: 'nginx-1  | ' },
		...{ labels: ['upstream-header-too-big'], evidence: 'too big header' },
	},
	'nobody-on-the-socket': {
		...{ host: 'socket-stale.unix', output: 'nginx-error-log', last: 1, labels: ['socket-stale-no-listener'] },
		evidence: 'Connection refused',
	},
	'no-socket': {
		...{ host: 'socket-removed.unix', output: 'nginx-error-log', last: 2, labels: ['upstream-socket-missing'] },
	},
	'socket-denied': {
		...{
			host: 'socket-denied.unix',
			output: 'nginx-error-log',
			labels: ['socket-mode-permission', 'socket-dir-permission'],
		},
	},
	'closed-connection': {
		...{ host: 'worker-timeout.tcp', output: 'nginx-error-log', labels: ['worker-crash-or-timeout'] },
	},
	'localhost-by-ipv6': {
		...{ host: 'localhost-ipv6.tcp', output: 'nginx-error-log', last: 1, labels: ['localhost-resolves-ipv6'] },
		evidence: '[::1]:8000',
	},
	'slow-upstream': {
		...{ host: 'upstream-timeout.tcp', output: 'nginx-error-log', last: 1, labels: ['nginx-proxy-read-timeout'] },
		evidence: 'timed out',
	},
	'unknown-name': {
		...{ host: 'upstream-unknown-at-start.tcp', output: 'nginx-test', keep: /host not found/ },
		...{ labels: ['nginx-host-not-found-in-upstream'], evidence: 'host not found in upstream' },
	},
	'bad-directive': {
		...{ host: 'nginx-config-broken.tcp', output: 'nginx-test', keep: /emerg/, bare: /^.*?(?=\[emerg\])/ },
		...{ labels: ['nginx-config-invalid'], evidence: 'is not terminated by' },
	},
	'no-certificate': {
		...{ host: 'certificate-missing.tcp', output: 'nginx-test', labels: ['nginx-certificate'] },
		evidence: 'cannot load certificate',
	},
	'nginx-port': {
		...{ host: 'nginx-port-taken.tcp', output: 'journalctl-nginx', keep: /nginx\[\d+\]: nginx: /, bare: JOURNAL },
		...{ labels: ['nginx-port-in-use'], evidence: 'Address already in use' },
	},
	'healthy-status': {
		...{ host: 'healthy-wildcard.tcp', output: 'systemctl-status', labels: ['gunicorn-healthy'] },
		evidence: 'Active: active (running)',
	},
	'healthy-log': {
		...{ host: 'healthy-wildcard.tcp', output: 'journalctl', keep: /gunicorn\[/, bare: JOURNAL },
		...{ labels: ['gunicorn-healthy'], evidence: 'Listening at: ' },
	},
	'healthy-after-a-failure': {
		...{ host: 'healthy-old-traceback.tcp', output: 'journalctl', labels: ['healthy-after-old-failure'] },
		evidence: 'Listening at: ',
	},
	'waits-for-a-connection': {
		...{ host: 'healthy-idle-activation.activation', output: 'systemctl-status', labels: ['socket-activation-idle'] },
		evidence: 'TriggeredBy',
	},
	'a-502-page': { host: 'unit-stopped.tcp', output: 'curl-url', labels: ['nginx-502'] },
}

/** The texts, in the shape in which others give theirs. */
export function ownTexts(): readonly LabelledText[] {
	const hosts = new Map(recordedHosts().map((host) => [host.name, host]))
	return Object.entries(CUTTINGS).map(([id, cutting]) => {
		const host = hosts.get(cutting.host)
		if (host === undefined) throw new Error(`there is no recorded host ${cutting.host}`)
		const lines = outputOf(host, cutting.output)
			.trimEnd()
			.split('\n')
			.filter((line) => cutting.keep?.test(line) ?? true)
			.slice(cutting.last === undefined ? 0 : -cutting.last)
			.map((line) => `${cutting.before ?? ''}${cutting.bare === undefined ? line : line.replace(cutting.bare, '')}`)
		const output = [...(cutting.above === undefined ? [] : [cutting.above, '']), ...lines].join('\n')
		if (cutting.evidence !== undefined && !output.includes(cutting.evidence))
			throw new Error(`${id} does not hold its evidence:\n${output}`)
		return {
			id,
			output,
			acceptable_labels: cutting.labels,
			sufficient_alone: cutting.evidence !== undefined,
			evidence: cutting.evidence ?? lines[0] ?? '',
		}
	})
}

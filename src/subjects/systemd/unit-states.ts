/** The words that systemd has for the state of a unit (systemctl(1), org.freedesktop.systemd1(5)). */

import type { FactSheet } from '../../text/fact-sheet.ts'
import type { OutputLine } from '../../text/parser.ts'

/** Whether its file could be read, and what stood there. */
export const LOAD_STATES = ['stub', 'loaded', 'not-found', 'bad-setting', 'error', 'merged', 'masked'] as const

/** What it is, whatever kind of unit it is. */
export const ACTIVE_STATES = [
	...['active', 'reloading', 'inactive', 'failed', 'activating', 'deactivating', 'maintenance', 'refreshing'],
] as const

/** Whether it is started at boot. */
export const FILE_STATES = [
	...['enabled', 'enabled-runtime', 'linked', 'linked-runtime', 'alias', 'masked', 'masked-runtime', 'static'],
	...['indirect', 'disabled', 'generated', 'transient', 'bad'],
] as const

/** How the main process ended. */
export const EXIT_CODES = ['exited', 'killed', 'dumped'] as const

/** Names of the exit statuses by which systemd tells what it could not prepare. */
export const EXIT_NAMES: Readonly<Record<number, string>> = {
	200: 'CHDIR',
	201: 'NICE',
	202: 'FDS',
	203: 'EXEC',
	204: 'MEMORY',
	205: 'LIMITS',
	206: 'OOM_ADJUST',
	207: 'SIGNAL_MASK',
	208: 'STDIN',
	209: 'STDOUT',
	210: 'CHROOT',
	211: 'IOPRIO',
	213: 'SECUREBITS',
	214: 'SETSCHEDULER',
	216: 'GROUP',
	217: 'USER',
	218: 'CAPABILITIES',
	219: 'CGROUP',
	220: 'SETSID',
	222: 'STDERR',
	224: 'PAM',
	225: 'NETWORK',
	226: 'NAMESPACE',
	227: 'NO_NEW_PRIVILEGES',
	228: 'SECCOMP',
	229: 'SELINUX_CONTEXT',
	230: 'PERSONALITY',
	231: 'APPARMOR_PROFILE',
	233: 'RUNTIME_DIRECTORY',
	235: 'CHOWN',
	238: 'STATE_DIRECTORY',
	239: 'CACHE_DIRECTORY',
	240: 'LOGS_DIRECTORY',
	241: 'CONFIGURATION_DIRECTORY',
	243: 'CREDENTIALS',
}

/** True for the states in which a unit does its work. */
export const isActive = (activeState: string): boolean => /^(?:active|reloading|refreshing)$/.test(activeState)

/** True for a unit whose file has it started, or that something else starts without an [Install] section. */
export const isEnabled = (fileState: string): boolean => /^(?:enabled|static|generated|alias|transient)/.test(fileState)

/** True when systemd gave up after too many starts. Until version 229 its name was shorter. */
export const isStartLimit = (result: string): boolean => result === 'start-limit-hit' || result === 'start-limit'

/** The unit's whole name: systemctl takes a name without a suffix as a service's. */
export const fullUnitName = (name: string): string =>
	/\.(?:service|socket|target|timer|mount|automount|swap|path|slice|scope|device)$/.test(name)
		? name
		: `${name}.service`

interface Word {
	readonly value: string
	readonly line: number | OutputLine
}

/** The words for the states of a unit, as far as an output tells them. */
export interface States {
	readonly load?: Word | undefined
	readonly active?: Word | undefined
	readonly sub?: Word | undefined
	/** Of its file: whether it is started at boot. */
	readonly file?: Word | undefined
	readonly result?: Word | undefined
}

/** What these come to, in the facts that all parsers of a unit's state have. */
export const setStates = (sheet: FactSheet, { load, active, sub, file, result }: States): void => {
	if (active !== undefined) {
		sheet.set('active', isActive(active.value), active)
		sheet.set('failed', active.value === 'failed', active)
		const waits = active.value === 'activating' && sub?.value.startsWith('auto-restart') === true
		if (sub !== undefined) sheet.set('restarting', waits, active, sub)
	}
	if (result !== undefined) sheet.set('startLimitHit', isStartLimit(result.value), result)
	if (file !== undefined && file.value !== '') sheet.set('enabled', isEnabled(file.value), file)
	if (load === undefined) return
	sheet.set('notFound', load.value === 'not-found', load)
	sheet.set('masked', load.value === 'masked' || file?.value.startsWith('masked') === true, load, file)
}

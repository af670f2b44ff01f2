/** The words that systemd has for the state of a unit (systemctl(1), org.freedesktop.systemd1(5)). */

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

import type { Facts } from '../../text/parser.ts'
import { listArg, textArg } from '../../text/parser-args.ts'
import type { Options } from './options.ts'

/** Who says where Gunicorn listens, by its own order of precedence. */
export const BIND_SOURCES = [
	'socket-activation',
	'argument',
	'environment',
	'config-file',
	'port-variable',
	'default',
] as const
export type BindSource = (typeof BIND_SOURCES)[number]

const DEFAULT_PORT = 8000

/**
 * An address with its port, as Gunicorn completes it: `127.0.0.1` is `127.0.0.1:8000`. What is no host and port, or holds
 * a variable, stays as it is.
 */
export const withPort = (bind: string): string => {
	if (/^(?:unix:|fd:)|[$%/]/.test(bind.replace(/^tcp:\/\//, ''))) return bind
	const bare = bind.replace(/^tcp:\/\//, '')
	if (/^\[[^\]]{1,60}\]$/.test(bare)) return `${bare}:${DEFAULT_PORT}`
	return bare.includes(':') ? bare : `${bare === '' ? '0.0.0.0' : bare}:${DEFAULT_PORT}`
}

const splitBinds = (binds: readonly string[]): readonly string[] =>
	binds
		.flatMap((bind) => bind.split(','))
		.map((bind) => bind.trim())
		.filter((bind) => bind !== '')
		.map(withPort)

/** Where Gunicorn listens, as far as its command line, its environment and its configuration file tell. */
export interface Binds {
	readonly source: BindSource
	/** Empty where the source does not tell them here. */
	readonly binds: readonly string[]
	/** A variable stands in them. */
	readonly dynamic: boolean
	/** Nothing that was not seen could say otherwise. */
	readonly certain: boolean
}

/** What is known beside Gunicorn's own arguments. */
export interface Surroundings {
	/** Gunicorn's arguments, and those of GUNICORN_CMD_ARGS. */
	readonly own: Options
	readonly environment: Options
	/** Value of PORT. */
	readonly port: string | undefined
	/** The environment is known in full. */
	readonly environmentRead: boolean
	readonly args: Facts
}

/** What `gunicorn-config` read: the addresses of the file, or that it tells none. */
const configBindsOf = (args: Facts): readonly string[] => {
	const one = textArg(args, 'configBind')
	return listArg(args, 'configBinds') ?? (one === undefined ? [] : [one])
}

const sourceOf = ({ own, environment, port, args }: Surroundings): BindSource => {
	if (args.socketActivated === true) return 'socket-activation'
	if (own.values.has('bind')) return 'argument'
	if (environment.values.has('bind')) return 'environment'
	const named = own.values.has('config') || environment.values.has('config')
	const isConfig =
		configBindsOf(args).length > 0 || args.configDynamic === true || (named && args.configDynamic === undefined)
	if (isConfig) return 'config-file'
	return port === undefined ? 'default' : 'port-variable'
}

/** Gunicorn's rules of precedence: arguments, environment, configuration file, PORT, default. */
export const decideBinds = (around: Surroundings): Binds => {
	const { own, environment, port, environmentRead, args } = around
	const source = sourceOf(around)
	const expand = (bind: string): string =>
		port === undefined ? bind : bind.replace(/\$\{PORT(?::-[^}]{0,10})?\}|\$PORT\b/g, port)
	const given: Readonly<Record<BindSource, readonly string[]>> = {
		'socket-activation': [],
		argument: (own.values.get('bind') ?? []).map(expand),
		environment: (environment.values.get('bind') ?? []).map(expand),
		'config-file': configBindsOf(args),
		'port-variable': [`0.0.0.0:${port}`],
		default: [`127.0.0.1:${DEFAULT_PORT}`],
	}
	const binds = splitBinds(given[source])
	const dynamic =
		binds.some((bind) => /\$\{?\w|%[a-zA-Z]/.test(bind)) || (args.configDynamic === true && source === 'config-file')
	const configDecides = args.configExists === false || args.configDynamic === false || configBindsOf(args).length > 0
	const isGiven = source === 'argument' || source === 'socket-activation' || source === 'environment'
	return { source, binds, dynamic, certain: (isGiven || (environmentRead && configDecides)) && !dynamic }
}

import { isLibrary, type ProgramContext, raisedIn } from '../python/index.ts'

type Raised = Parameters<typeof raisedIn>[0]

/** Where an exception was raised, as far as it concerns Gunicorn. */
export const PLACES_OF_RAISE = [
	'application',
	'logging',
	'socket',
	'worker-tmp',
	'gunicorn',
	'library',
	'unknown',
] as const

/** A file of Gunicorn's own, wherever it is installed. */
export const isServerFile: NonNullable<ProgramContext['isServer']> = (file) =>
	/\/bin\/gunicorn3?$|\/gunicorn\/(?:arbiter|util|sock|config|pidfile|glogging|app\/\w{1,20}|workers\/\w{1,20}|http\/\w{1,20})\.py$/.test(
		file,
	)

/** Whose code raised it; Gunicorn's only where the application's had no part in it. */
export const placeOfRaise = (raised: Raised): (typeof PLACES_OF_RAISE)[number] => {
	const place = raisedIn(raised)
	const { frames } = raised
	if (place === 'logging' || frames.some(({ file }) => !isLibrary(file) && !isServerFile(file))) return place
	const has = (name: string): boolean => frames.some(({ file }) => file.endsWith(`/gunicorn/${name}.py`))
	if (has('workers/workertmp')) return 'worker-tmp'
	if (has('sock')) return 'socket'
	const last = frames.findLast(({ file }) => !file.startsWith('<'))
	return last !== undefined && isServerFile(last.file) ? 'gunicorn' : place
}

import type { Clues, DescribedException, ModuleRole } from './exception.ts'
import { isLibrary } from './library.ts'
import type { Frame } from './traceback-lines.ts'

const NO_MODULE = /No module named ['"]?([\w.-]{1,300})['"]?/
const NO_NAME =
	/^cannot import name '?([\w.]{1,300})'?(?: from (?:partially initialized module )?'([^']{1,300})')?(?:.{0,200}?\((\/[^()]{1,1000}|unknown location)\)$)?/
const NO_LIBRARY =
	/^([\w./+-]{1,300}\.so[\w.]{0,40}): (?:cannot open shared object file|undefined symbol|.{0,60}not found)/

const isEntryFrame = ({ context }: Clues, frame: Frame): boolean =>
	frame.file === '<string>' || context.isEntry?.(frame) === true

/** Whose the missing module is: the one that the server loads, a part of the program, or a package. */
const roleOf = (clues: Clues, module: string): ModuleRole | undefined => {
	const { frames } = clues.raised
	const entry = frames.findLastIndex((frame) => isEntryFrame(clues, frame))
	const byProgram = frames.slice(entry + 1).some(({ file }) => !file.startsWith('<') && !file.includes('/importlib/'))
	if (entry >= 0 && !byProgram) return 'entry'
	// Python leaves its own frames away where an import statement fails: somebody asked for the module by its name.
	const byName = entry < 0 && isImportlib(frames.at(-1))
	if (byName && /\.(?:wsgi|asgi)$/.test(module)) return 'entry'
	const wanted = clues.context.entryModule
	if (wanted === undefined) return byName ? undefined : 'package'
	if (entry < 0 && (wanted === module || wanted.startsWith(`${module}.`))) return 'entry'
	// A part of the program's own package is no package that can be installed.
	if (wanted.includes('.') && module.startsWith(`${wanted.slice(0, wanted.indexOf('.'))}.`)) return 'own'
	return byName ? undefined : 'package'
}

const isImportlib = (frame: Frame | undefined): boolean =>
	frame !== undefined && (frame.file.startsWith('<frozen importlib') || frame.file.includes('/importlib/'))

type Found = Pick<DescribedException, 'exceptionKind'> & Partial<DescribedException>

/** A module, a name of a module, or a shared library that cannot be imported; undefined for another exception. */
export const importFailure = (clues: Clues): Found | undefined => {
	const { name, raised } = clues
	if (!/^(?:ModuleNotFoundError|ImportError|ImproperlyConfigured)$/.test(name)) return undefined
	const module = NO_MODULE.exec(raised.message)?.[1]
	if (module !== undefined) {
		return { exceptionKind: 'module-not-found', module, moduleRole: roleOf(clues, module) }
	}
	if (name === 'ImproperlyConfigured') return undefined
	const library = NO_LIBRARY.exec(raised.message)?.[1]
	if (library !== undefined) return { exceptionKind: 'shared-library', path: library }
	const missing = NO_NAME.exec(raised.message)
	if (missing === null) return { exceptionKind: 'import' }
	const [, attribute, from, path] = missing
	return { exceptionKind: 'import-name', attribute, module: from, ...(path?.startsWith('/') ? { path } : {}) }
}

/** The module that a file is: `/srv/app/flask.py` is `flask`, `/srv/app/redis/__init__.py` is `redis`. */
const moduleOfFile = (file: string): string | undefined => /\/([\w-]+)(?:\/__init__)?\.py$/.exec(file)?.[1]

/** What `import a.b`, or `from a.b import c`, names first: `a`. */
const importedBy = (code: string): string | undefined => /^(?:from|import) ([A-Za-z_]\w*)/.exec(code)?.[1]

/**
 * A file of the program that stands before a package of the same name. Python says so since 3.13; before, a file that
 * imports its own name tells it, and an installed package that gets a file of the program.
 */
export const shadowingFile = ({ raised, name }: Clues): string | undefined => {
	if (!/^(?:ImportError|ModuleNotFoundError|AttributeError)$/.test(name)) return undefined
	const said = /consider renaming '(\/[^']{1,1000})' (?:since|if) it has the same name as/.exec(raised.message)?.[1]
	if (said !== undefined) return said
	const { frames } = raised
	const itself = frames.find(
		({ file, code }) => !isLibrary(file) && importedBy(code) !== undefined && importedBy(code) === moduleOfFile(file),
	)
	if (itself !== undefined) return itself.file
	const target = /\((\/[^()]{1,1000}\.py)\)$/.exec(raised.message)?.[1]
	if (target === undefined || isLibrary(target)) return undefined
	const asker = frames.findLast(({ file }) => !file.startsWith('<'))
	return asker !== undefined && isLibrary(asker.file) ? target : undefined
}

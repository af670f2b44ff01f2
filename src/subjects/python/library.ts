import type { Frame } from './traceback-lines.ts'

/** Not the program's own code: Python's library, an installed package, a launcher in `bin`, code that was never a file. */
export const isLibrary = (file: string): boolean =>
	file.startsWith('<') || /\/lib(?:64)?\/python|site-packages|dist-packages|\/bin\/[^/.]{1,60}$/.test(file)

/** The last frame in the program's own code. */
export const lastOwnFrame = (
	frames: readonly Frame[],
	isServer: (file: string) => boolean = () => false,
): Frame | undefined => frames.findLast(({ file }) => !isLibrary(file) && !isServer(file))

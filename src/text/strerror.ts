/**
 * How the C library says what went wrong. `ls`, `stat`, `tail` and `namei` say it in the language of the operator's
 * terminal; nginx, Python and systemd's manager always say it in English.
 */

import type { FactSheet } from './fact-sheet.ts'
import type { OutputLine } from './parser.ts'

/** What the columns below are about. */
const ERRNOS = [2, 13, 20] as const
/** From glibc 2.36's message catalogues: English, de, fr, es, it, pt_BR, ru, ja, zh_CN, ko, nl, pl. */
const WORDS: readonly (readonly [missing: string, denied: string, noFolder: string])[] = [
	['no such file or directory', 'permission denied', 'not a directory'],
	['datei oder verzeichnis nicht gefunden', 'keine berechtigung', 'ist kein verzeichnis'],
	['aucun fichier ou dossier de ce type', 'permission non accordée', "n'est pas un dossier"],
	['no existe el fichero o el directorio', 'permiso denegado', 'no es un directorio'],
	['file o directory non esistente', 'permesso negato', 'non è una directory'],
	['arquivo ou diretório inexistente', 'permissão negada', 'não é um diretório'],
	['нет такого файла или каталога', 'отказано в доступе', 'это не каталог'],
	['そのようなファイルやディレクトリはありません', '許可がありません', 'ディレクトリではありません'],
	['没有那个文件或目录', '权限不够', '不是目录'],
	['그런 파일이나 디렉터리가 없습니다', '허가 거부', '디렉터리가 아닙니다'],
	['bestand of map bestaat niet', 'toegang geweigerd', 'is geen map'],
	['nie ma takiego pliku ani katalogu', 'brak dostępu', 'nie jest katalogiem'],
]

/** ENOENT (2), EACCES (13) or ENOTDIR (20), when the text says it in a language that is known here. */
export const saidErrno = (text: string): 2 | 13 | 20 | undefined => {
	const said = text.toLowerCase()
	return ERRNOS.find((_, index) => WORDS.some((words) => said.includes(words[index] ?? '')))
}

/** There is no such file, or no such folder on the way to it. */
export const saysMissing = (text: string): boolean => {
	const errno = saidErrno(text)
	return errno === 2 || errno === 20
}

/** A line in which a tool that shows files says what it could not do: `tail: …: Permission denied`. */
export const isComplaint = (text: string): boolean =>
	/^(?:\S{0,60}\/)?(?:tail|cat|head|less|grep|zgrep|sed|awk|sudo|bash|sh|-bash|zsh): /.test(text.trimStart())

/** Says whether a log could be read. False where nothing is told of what stands in it; `found`: it has entries. */
export function setReadable(
	sheet: FactSheet,
	lines: readonly OutputLine[],
	found: boolean,
	exitCode: number | null,
): boolean {
	const refused = lines.find(
		({ text }) =>
			/cannot (?:open|access)|can't open/i.test(text) || (isComplaint(text) && saidErrno(text) !== undefined),
	)
	const isRead = found || (refused === undefined && exitCode === 0)
	if (isRead) sheet.set('readable', true)
	else if (refused !== undefined) sheet.set('readable', false, refused)
	return isRead
}

/**
 * How the C library says what went wrong. `ls`, `stat`, `tail` and `namei` say it in the language of the operator's
 * terminal; nginx, Python and systemd's manager always say it in English.
 */

/** From glibc 2.36's message catalogues: English, de, fr, es, it, pt_BR, ru, ja, zh_CN, ko, nl, pl. */
const WORDS: readonly (readonly [errno: number, words: readonly string[]])[] = [
	[
		2,
		[
			'no such file or directory',
			'datei oder verzeichnis nicht gefunden',
			'aucun fichier ou dossier de ce type',
			'no existe el fichero o el directorio',
			'file o directory non esistente',
			'arquivo ou diretório inexistente',
			'нет такого файла или каталога',
			'そのようなファイルやディレクトリはありません',
			'没有那个文件或目录',
			'그런 파일이나 디렉터리가 없습니다',
			'bestand of map bestaat niet',
			'nie ma takiego pliku ani katalogu',
		],
	],
	[
		13,
		[
			'permission denied',
			'keine berechtigung',
			'permission non accordée',
			'permiso denegado',
			'permesso negato',
			'permissão negada',
			'отказано в доступе',
			'許可がありません',
			'权限不够',
			'허가 거부',
			'toegang geweigerd',
			'brak dostępu',
		],
	],
	[
		20,
		[
			'not a directory',
			'ist kein verzeichnis',
			"n'est pas un dossier",
			'no es un directorio',
			'non è una directory',
			'não é um diretório',
			'это не каталог',
			'ディレクトリではありません',
			'不是目录',
			'디렉터리가 아닙니다',
			'is geen map',
			'nie jest katalogiem',
		],
	],
]

/** ENOENT (2), EACCES (13) or ENOTDIR (20), when the text says it in a language that is known here. */
export const saidErrno = (text: string): 2 | 13 | 20 | undefined => {
	const said = text.toLowerCase()
	const found = WORDS.find(([, words]) => words.some((word) => said.includes(word)))
	return found?.[0] as 2 | 13 | 20 | undefined
}

/** There is no such file, or no such folder on the way to it. */
export const saysMissing = (text: string): boolean => {
	const errno = saidErrno(text)
	return errno === 2 || errno === 20
}

/** A line in which a tool that shows files says what it could not do: `tail: …: Permission denied`. */
export const isComplaint = (text: string): boolean =>
	/^(?:\S{0,60}\/)?(?:tail|cat|head|less|grep|zgrep|sed|awk|sudo|bash|sh|-bash|zsh): /.test(text.trimStart())

import type { Environment } from './environment.ts'

const script = `if command -v "\${1%% *}" >/dev/null 2>&1; then VISUAL=$1 EDITOR=$1; export VISUAL EDITOR; fi
exec sh -c "$2"`

/**
 * Arguments for `sh` that run the text where the operator's own environment does not reach (in a container, through
 * sudo): the editor that the operator chose is the one to use there, if it is there as well.
 */
export function withEditor(text: string, own: Environment): readonly string[] {
	const editor = own.VISUAL?.trim() || own.EDITOR?.trim()
	return editor === undefined || editor === '' ? ['-c', text] : ['-c', script, 'sh', editor, text]
}

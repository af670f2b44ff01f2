import type { Checking } from './checking.ts'
import { parseTemplate } from './templates.ts'

/**
 * No command that changes something says what a stranger can have written: neither directly, nor through a let, nor
 * through an input that a branch set from it.
 */
export function checkHearsay(checking: Checking): void {
	const tainted = taintedInputs(checking)
	for (const { path, text, owner } of checking.texts) {
		const key = path.at(-1)
		const isChange = 'effect' in owner && owner.effect !== 'read'
		if (!isChange || (key !== 'command' && key !== 'as')) continue
		const parsed = parseTemplate(text)
		for (const part of parsed.ok ? parsed.parts : []) {
			const from = part.kind === 'text' ? undefined : sourceOf(checking, part.cel, tainted)
			if (part.kind === 'text' || from === undefined) continue
			checking.error(
				{ path, span: part },
				`${from} is hearsay: a stranger can have written it, so no change may say it`,
				'take the value from what the system itself tells, or let the operator give it as an input',
			)
		}
	}
}

/** What of an expression is hearsay, in words; undefined when nothing is. */
function sourceOf(
	{ evaluator, hearsay }: Checking,
	cel: string,
	tainted: ReadonlyMap<string, string>,
): string | undefined {
	const checked = evaluator.check(cel)
	if (!checked.ok) return undefined
	for (const path of checked.reads) {
		if (hearsay.has(path)) return `\`${path}\``
		const from = tainted.get(path)
		if (from !== undefined) return `\`${path}\`, which step \`${from}\` sets,`
	}
	return undefined
}

/** Inputs, as expressions name them, that some branch sets from hearsay, and its step: `steps, id, branches, …`. */
function taintedInputs(checking: Checking): ReadonlyMap<string, string> {
	const sets = checking.texts.filter(({ is }) => is === 'input')
	const tainted = new Map<string, string>()
	for (let before = -1; before < tainted.size; ) {
		before = tainted.size
		for (const { path, text } of sets) {
			const input = `inputs.${String(path.at(-1))}`
			if (!tainted.has(input) && sourceOf(checking, text, tainted) !== undefined) tainted.set(input, String(path[1]))
		}
	}
	return tainted
}

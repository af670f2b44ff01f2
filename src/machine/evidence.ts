import type { Evaluator, Scope } from '../flow/conditions.ts'
import type { Evidence, NamedFacts } from './types.ts'

type FactsByName = Readonly<Record<string, NamedFacts>>

const MOST_EVIDENCE = 12

/** The lines that these facts were read from: in order, each once, at most 12. `names`: paths of facts, or lets. */
export function evidenceOf(
	facts: FactsByName,
	names: readonly string[],
	evaluator: Pick<Evaluator, 'evidencePaths'>,
	scope: Scope,
): readonly Evidence[] {
	return linesOf(
		facts,
		names.flatMap((name) => evaluator.evidencePaths(name, scope)),
	)
}

/** The lines that the facts of these paths were read from: in order, each once, at most 12. */
export function linesOf(facts: FactsByName, paths: readonly string[]): readonly Evidence[] {
	const found = new Map<string, Evidence>()
	for (const path of paths) {
		for (const line of linesOfPath(facts, path)) {
			const key = `${line.run}:${line.line}`
			if (!found.has(key)) found.set(key, line)
		}
	}
	return [...found.values()].slice(0, MOST_EVIDENCE)
}

/** Lines of the fact and of what is below it; those of the nearest fact above it when the parser kept none. */
function linesOfPath(facts: FactsByName, path: string): readonly Evidence[] {
	const [name = '', ...rest] = path.split('.')
	const evidence = Object.hasOwn(facts, name) ? facts[name]?.evidence : undefined
	if (evidence === undefined) return []
	for (let depth = rest.length; depth >= 0; depth--) {
		if (depth === 0 && rest.length > 0) return []
		const fact = rest.slice(0, depth).join('.')
		const lines = Object.entries(evidence)
			.filter(([key]) => fact === '' || key === fact || key.startsWith(`${fact}.`))
			.flatMap(([, spans]) => spans)
		if (lines.length > 0) return lines
	}
	return []
}

import { functions as domainFunctions } from '../../src/subjects/catalogue.ts'
import { resultSchema } from '../../src/flow/result.ts'
import { parsers } from '../../src/subjects/catalogue.ts'
import type { FactSchema, FactType } from '../../src/text/parser.ts'

/** `docs/facts.md`: what conditions may read and call, made from the code. Written by `write-facts-page.ts`. */
export function factsPage(): string {
	const all = [...parsers.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
	const lines = [
		'# Facts and functions',
		'',
		'Made from `src/facts` and `src/flow` by `node test/support/write-facts-page.ts`; a test says when it is not up to date.',
		'A fact that the output does not tell is absent.',
		'',
		'## Every command',
		'',
		'`result` is about the step’s last command.',
		'',
		...factLines(resultSchema),
		'',
		'## Functions beside those of CEL',
		'',
		...domainFunctions.map(({ signature, summary }) => `- \`${signature}\`: ${summary}`),
		'',
		'## Parsers',
		'',
		`Under \`parse:\` of a command: ${all.map(({ name }) => `[${name}](#${name})`).join(', ')}.`,
	]
	for (const { name, summary, facts, args } of all) {
		lines.push('', `### ${name}`, '', summary, '')
		if (args !== undefined && Object.keys(args).length > 0) lines.push(...factLines(args, 'with: '), '')
		lines.push(...factLines(facts))
	}
	return `${lines.join('\n')}\n`
}

/** One line a type, in the order of the schema. */
function factLines(schema: FactSchema, before = ''): string[] {
	const byType = new Map<FactType, string[]>()
	for (const [path, type] of leavesOf(schema, '')) byType.set(type, [...(byType.get(type) ?? []), `\`${path}\``])
	return [...byType].map(([type, paths]) => `- ${before}${type}: ${paths.join(', ')}`)
}

function leavesOf(schema: FactSchema, prefix: string): (readonly [string, FactType])[] {
	return Object.entries(schema).flatMap(([name, type]) =>
		typeof type === 'string' ? [[prefix + name, type] as const] : leavesOf(type, `${prefix}${name}.`),
	)
}

import { resultSchema } from '../../src/flow/result.ts'
import { subjects } from '../../src/subjects/catalogue.ts'
import { type FactDeclaration, type FactSchema, isDeclaration, type Parser } from '../../src/text/parser.ts'
import type { Subject } from '../../src/text/subject.ts'

/** `docs/facts.md`: what conditions may read and call, made from the code. Written by `write-facts-page.ts`. */
export function factsPage(): string {
	const all = subjects.toSorted((a, b) => (a.name < b.name ? -1 : 1))
	return `${[
		'# Facts and functions',
		'',
		'Made from the parsers and functions of `src/subjects` by `node test/support/write-facts-page.ts`; a test says when it is not up to date.',
		'',
		'A fact that the output does not tell is absent, and what depends on it is unknown. A fact is **told** by a program in its own grammar, or it is',
		'**hearsay**: a stranger can have written it. Hearsay leads the way, proves nothing alone, and never becomes part of a command that changes something.',
		'',
		`- Every command: [result](#every-command)`,
		...all.map(({ name, parsers }) => `- ${name}: ${parsers.map((parser) => link(parser.name)).join(', ')}`),
		'',
		'## Every command',
		'',
		'`result` is about the step’s last command.',
		'',
		...table(resultSchema),
		...all.flatMap(subjectLines),
	].join('\n')}\n`
}

function link(name: string): string {
	return `[${name}](#${name})`
}

function subjectLines({ name, parsers, functions }: Subject): readonly string[] {
	const sources = `What is believed of it, and on whose word: [src/subjects/${name}/README.md](../src/subjects/${name}/README.md).`
	const calls = functions.toSorted((a, b) => (a.signature < b.signature ? -1 : 1))
	return [
		'',
		`## ${name}`,
		'',
		sources,
		...(calls.length === 0 ? [] : ['', 'Functions:', '']),
		...calls.map(({ signature, summary }) => `- \`${signature}\`: ${summary}`),
		...parsers.toSorted((a, b) => (a.name < b.name ? -1 : 1)).flatMap(parserLines),
	]
}

function parserLines({ name, summary, facts, args }: Parser): readonly string[] {
	const taken = args === undefined || Object.keys(args).length === 0 ? [] : ['', 'With:', '', ...argLines(args)]
	return ['', `### ${name}`, '', summary, ...taken, '', ...table(facts)]
}

function argLines(args: FactSchema): readonly string[] {
	return leavesOf(args).map(
		([path, { type, help, values }]) =>
			`- \`${path}\`: ${type}${values === undefined ? '' : `, ${listed(values)}`}. ${help}`,
	)
}

function table(schema: FactSchema): readonly string[] {
	return [
		'| fact | type | | says |',
		'| --- | --- | --- | --- |',
		...leavesOf(schema).map(([path, { type, help, values, hearsay }]) => {
			const meaning = values === undefined ? help : `${help} One of ${listed(values)}.`
			return `| \`${path}\` | ${type} | ${hearsay === true ? 'hearsay' : 'told'} | ${meaning.replaceAll('|', '\\|')} |`
		}),
	]
}

function listed(values: readonly string[]): string {
	return values.map((value) => `\`${value}\``).join(', ')
}

function leavesOf(schema: FactSchema, prefix = ''): readonly (readonly [string, FactDeclaration])[] {
	return Object.entries(schema).flatMap(([name, declared]) =>
		isDeclaration(declared) ? [[prefix + name, declared] as const] : leavesOf(declared, `${prefix}${name}.`),
	)
}

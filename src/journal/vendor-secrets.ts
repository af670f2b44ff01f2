import { creator } from '@secretlint/secretlint-rule-preset-recommend'

/** Half-open range of UTF-16 code units. */
export type Range = readonly [start: number, end: number]

interface RuleContext {
	createTranslator(): () => { readonly message: string; readonly messageId: string }
	report(found: { readonly range: Range }): void
	ignore(): void
}

interface Rule {
	readonly meta: { readonly id: string }
	create(context: RuleContext, options: object): { file?(source: Source): unknown }
}

interface Source {
	readonly content: string
	readonly filePath: string
	readonly ext: string
	readonly contentType: 'text'
}

/**
 * Left out: what `secret-rules.ts` does more gently (it keeps the host of a database URL, which a diagnosis needs), key
 * files, and the rule that lets a comment in the text switch the others off.
 */
const LEFT_OUT = /-(?:database-connection-string|basicauth|privatekey|gcp|filter-comments)$/

/**
 * The vendors' tokens (AWS, GitHub, GitLab, Slack, Stripe, npm and twenty more) of secretlint's recommended preset,
 * as a function from a text to the ranges that are secret. Its rules are synchronous regular expressions with bounded
 * repetition; a rule that turns out to be neither is an error here rather than a leak later.
 */
export function createVendorScan(): (text: string) => readonly Range[] {
	let ranges: Range[] = []
	const context: RuleContext = {
		createTranslator: () => () => ({ message: '', messageId: '' }),
		report: (found) => ranges.push(found.range),
		ignore: () => {},
	}
	const handlers: { file?(source: Source): unknown }[] = []
	const preset = creator as unknown as {
		create(context: { registerRule(rule: Rule): void }, options: object): void
	}
	preset.create(
		{
			registerRule: (rule) => {
				if (!LEFT_OUT.test(rule.meta.id)) handlers.push(rule.create(context, { enableIDScanRule: true }))
			},
		},
		{},
	)
	return (text) => {
		ranges = []
		const source: Source = { content: text, filePath: 'output.log', ext: '.log', contentType: 'text' }
		for (const handler of handlers) {
			if (handler.file?.(source) instanceof Promise) throw new Error('A rule for secrets became asynchronous.')
		}
		return ranges
	}
}

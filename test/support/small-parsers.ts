import type { Parser } from '../../src/text/parser.ts'

/** Two parsers that read enough to test flows with, and no more. */

const status: Parser = {
	name: 'status',
	summary: 'the status line and headers of an HTTP answer',
	facts: {
		status: 'int',
		server: 'string',
		seconds: 'double',
		keptOpen: 'bool',
		via: 'list<string>',
		tls: { error: 'string' },
	},
	args: { url: 'string', attempts: 'int' },
	parse: ({ lines }) => {
		const first = lines.find(({ text }) => /^HTTP\/\S+ \d{3}/.test(text))
		const code = first === undefined ? undefined : Number(first.text.split(' ')[1])
		return {
			facts: code === undefined ? {} : { status: code },
			evidence: first === undefined ? {} : { status: [{ line: first.number }] },
		}
	},
}

const unit: Parser = {
	name: 'unit',
	summary: 'the state of a systemd unit',
	facts: { active: 'bool', state: 'string', listens: 'string' },
	parse: ({ lines }) => {
		const line = lines.find(({ text }) => text.startsWith('ActiveState='))
		if (line === undefined) return { facts: {}, evidence: {} }
		const state = line.text.slice('ActiveState='.length)
		return {
			facts: { state, active: state === 'active' },
			evidence: { state: [{ line: line.number }], active: [{ line: line.number }] },
		}
	},
}

export const smallParsers: ReadonlyMap<string, Parser> = new Map([status, unit].map((parser) => [parser.name, parser]))

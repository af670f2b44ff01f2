import { bool, double, int, list, type Parser, string } from '../../src/text/parser.ts'

/** Two parsers that read enough to test flows with, and no more. */

const status: Parser = {
	name: 'status',
	summary: 'the status line and headers of an HTTP answer',
	facts: {
		status: int('The status code of the answer.'),
		server: string('What the answer calls its server.', { hearsay: true }),
		seconds: double('How long it took, in seconds.'),
		keptOpen: bool('The connection is kept open.'),
		via: list('The proxies that the answer names.', { hearsay: true }),
		tls: { error: string('Why the certificate is refused.') },
	},
	args: { url: string('The address that was asked.'), attempts: int('How often it was asked.') },
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
	facts: {
		active: bool('The unit is active.'),
		state: string('The state of the unit.', { values: ['active', 'inactive', 'failed', 'activating', 'deactivating'] }),
		listens: string('The address that it listens on.'),
	},
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

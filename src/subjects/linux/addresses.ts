import { int, type LineSpan, list } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'

/** An IPv4 or IPv6 address, then white space or the end of the line. */
const ADDRESS = /^((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]*:[0-9a-f:.]+)(?:\s|$)/i

/** `getent hosts NAME` and `getent ahosts NAME`: what a name resolves to on the host itself. */
export const addressesParser = plainParser({
	name: 'addresses',
	summary: 'The addresses of a name (getent hosts, getent ahosts).',
	facts: {
		addresses: list('The addresses of the name, each once, in the order in which the resolver gave them.'),
		count: int('How many addresses the name has; 0 when it does not resolve.'),
	},
	read(sheet, lines, { exitCode }) {
		const found = new Map<string, LineSpan>()
		for (const { stream, text, number } of lines) {
			const address = stream === 'stdout' ? ADDRESS.exec(text)?.[1] : undefined
			if (address !== undefined && !found.has(address))
				found.set(address, { line: number, start: 0, end: address.length })
		}
		// getent(1): exit code 2 when the name was not found. Any other failure says nothing of the name.
		if (found.size === 0 && exitCode !== 2) return
		sheet.set('addresses', [...found.keys()], ...found.values())
		sheet.set('count', found.size, ...found.values())
	},
})

import { createFactSheet } from './fact-sheet.ts'
import type { FactSchema, Parser } from './parser.ts'

const FACTS = {
	exists: 'bool',
	user: 'string',
	uid: 'int',
	group: 'string',
	/** All groups, the first one included. */
	groups: 'list<string>',
	root: 'bool',
} as const satisfies FactSchema

/** `id USER`. */
export const identityParser: Parser = {
	name: 'identity',
	summary: 'a user and its groups (`id`)',
	facts: FACTS,
	parse: ({ lines }) => {
		const sheet = createFactSheet()
		for (const { text, number } of lines) {
			const missing = /^id: ['‘"“]?([^'’"”:]{1,64})['’"”]?: [Nn]o such user/.exec(text)
			if (missing !== null) {
				sheet.set('exists', false, number)
				sheet.set('user', missing[1], number)
				return sheet.parsed()
			}
			const match =
				/^uid=(\d{1,10})(?:\(([^)]{1,64})\))? gid=(\d{1,10})(?:\(([^)]{1,64})\))?(?: [a-z]+=\S+)*?(?: groups=(\S+))?(?: context=\S+)?$/.exec(
					text,
				)
			if (match === null) continue
			const [, uid = '', user = uid, gid = '', group = gid, list = ''] = match
			const named = list
				.split(',')
				.map((one) => /^\d{1,10}(?:\(([^)]{1,64})\))?$/.exec(one)?.[1] ?? one)
				.filter((one) => one !== '')
			sheet.set('exists', true, number)
			sheet.set('user', user, number)
			sheet.set('uid', Number(uid), number)
			sheet.set('group', group, number)
			sheet.set('groups', [...new Set([group, ...named])], number)
			sheet.set('root', uid === '0', number)
			return sheet.parsed()
		}
		return sheet.parsed()
	},
}

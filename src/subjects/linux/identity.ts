import { bool, type FactSchema, int, list, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'

const FACTS = {
	exists: bool('There is such a user.'),
	user: string("The user's name; its number when it has none."),
	uid: int("The user's number."),
	group: string("The user's first group."),
	groups: list('All groups of the user, the first one included.'),
	root: bool('The user is root.'),
} as const satisfies FactSchema

/** GNU's `id` quotes the name and goes on in the operator's language, BusyBox's says it in English. */
const NO_SUCH_USER =
	/^id: (?=['‘"“„«`]|unknown user |\S{1,64}: no such user)(?:unknown user )?(?:['‘"“„«`]\s?)?([^\s'’"”“»:]{1,64})(?:\s?['’"”“»])?(?:\s?: .{1,200})?$/i

/** `id USER`. */
export const identityParser = plainParser({
	name: 'identity',
	summary: 'a user and its groups (`id`)',
	facts: FACTS,
	read(sheet, lines) {
		for (const { text, number } of lines) {
			const missing = NO_SUCH_USER.exec(text)
			if (missing !== null) {
				sheet.set('exists', false, number)
				sheet.set('user', missing[1], number)
				return
			}
			const match =
				/^uid=(\d{1,10})(?:\(([^)]{1,64})\))? gid=(\d{1,10})(?:\(([^)]{1,64})\))?(?: e[ug]id=\S+)*(?: (?!context=)[^\s=]{1,20}=(\S+))?(?: \S{1,20}=\S+)?$/.exec(
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
			return
		}
	},
})

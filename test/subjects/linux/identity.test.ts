import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identityParser } from '../../../src/subjects/linux/identity.ts'
import { factsOf, pasted, recorded } from '../recorded-output.ts'

const read = (name: string) => factsOf(identityParser, recorded('identity', name))

describe('id', () => {
	it.each<[string, object]>([
		['www-data', { exists: true, user: 'www-data', uid: 33, group: 'www-data', groups: ['www-data'], root: false }],
		['deploy', { groups: ['deploy', 'sudo'] }],
		['root', { root: true }],
		['missing', { exists: false, user: 'flask' }],
	])('%s', (name, facts) => expect(read(name)).toMatchObject(facts))

	it('reads other quotes and a security context', () => {
		expect(factsOf(identityParser, pasted('id: ‘flask’: no such user'))).toMatchObject({ exists: false, user: 'flask' })
		expect(
			factsOf(
				identityParser,
				pasted('uid=998(nginx) gid=996(nginx) groups=996(nginx) context=system_u:system_r:httpd_t:s0'),
			),
		).toMatchObject({ user: 'nginx', groups: ['nginx'] })
	})
	it('is total', () =>
		fc.assert(
			fc.property(fc.string(), (text) => {
				expect(factsOf(identityParser, pasted(text))).not.toHaveProperty('uid')
			}),
		))
})

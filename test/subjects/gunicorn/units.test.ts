import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gunicornUnitsParser } from '../../../src/subjects/gunicorn/units.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { evidenceOf, factsOf, pasted, recorded } from '../recorded-output.ts'

const units = (name: string, target?: string) =>
	factsOf(gunicornUnitsParser, recorded('gunicorn-units', name, target === undefined ? {} : { target }))

describe('the units that run Gunicorn', () => {
	test('two, each with a bind of its own', () => {
		expect(units('two')).toEqual({
			units: ['gunicorn.service', 'shop.service'],
			count: 2,
			wrappers: [],
			strangers: [],
			certain: true,
		})
		expect(units('two', 'unix:/run/gunicorn/gunicorn.sock')).toMatchObject({ unit: 'shop.service' })
		expect(units('two', 'http://127.0.0.1:8010/')).toMatchObject({ unit: 'gunicorn.service' })
		expect(units('two', '127.0.0.1:8000')).not.toHaveProperty('unit')
		const input = recorded('gunicorn-units', 'two', { target: 'unix:/run/gunicorn/gunicorn.sock' })
		expect(evidenceOf(gunicornUnitsParser, input, 'unit')).toEqual([
			expect.stringMatching(/^ExecStart=.*gunicorn\.sock/),
		])
	})

	test('a template, a configuration file, an override, and a unit that only mentions Gunicorn', () => {
		expect(units('many')).toEqual({
			units: ['api.service', 'blog@.service', 'gunicorn.service', 'shop.service'],
			count: 4,
			wrappers: [],
			strangers: ['notify.service'],
			certain: false,
		})
		expect(units('many', '127.0.0.1:9000')).toMatchObject({ unit: 'shop.service' })
		expect(units('many', 'unix:/run/gunicorn/gunicorn.sock')).not.toHaveProperty('unit')
	})

	test('whose address no other site uses, and which instance a template stands for', () => {
		const asked = (args: Facts) => factsOf(gunicornUnitsParser, recorded('gunicorn-units', 'many', args))
		expect(asked({ taken: ['http://127.0.0.1:9000', 'unix:/none.sock'] }).unclaimed).not.toContain('shop.service')
		expect(asked({ taken: [] }).unclaimed).toEqual(asked({}).units)
		expect(asked({})).not.toHaveProperty('unclaimed')
		expect(asked({ unit: 'blog@one' }).units).toContain('blog@one.service')
		expect(asked({ unit: 'blog' }).units).toContain('blog@.service')
	})

	test('a script of which nobody knows what it runs', () => {
		const text = '# /etc/systemd/system/shop.service\n[Service]\nExecStart=/srv/shop/start.sh'
		expect(factsOf(gunicornUnitsParser, pasted(text))).toMatchObject({ count: 0, wrappers: ['shop.service'] })
		const tool = text.replace('/srv/shop/start.sh', '/usr/bin/curl http://x')
		expect(factsOf(gunicornUnitsParser, pasted(tool)).wrappers).toEqual([])
		const shell = text.replace('/srv/shop/start.sh', '/bin/sh /srv/shop/start')
		expect(factsOf(gunicornUnitsParser, pasted(shell)).wrappers).toEqual(['shop.service'])
	})

	test('two that are told to bind one address', () => {
		const unit = (name: string) =>
			`# /etc/systemd/system/${name}.service\n[Service]\nExecStart=/srv/venv/bin/gunicorn -b 127.0.0.1:8000 a:b`
		const facts = factsOf(gunicornUnitsParser, pasted(`${unit('one')}\n${unit('two')}`, { target: '127.0.0.1:8000' }))
		expect(facts.binders).toEqual(['one.service', 'two.service'])
		expect(facts).not.toHaveProperty('unit')
	})

	test("other programs' services, without jobs, aliases, and what packages bring", () => {
		const shop = '# /etc/systemd/system/shop.service\n[Service]\nExecStart=/usr/bin/node /srv/shop.js'
		const job = '# /etc/systemd/system/backup.service\n[Service]\nType=oneshot\nExecStart=/usr/bin/rsync a b'
		const alias = '# /lib/systemd/system/ssh.service\n[Service]\nExecStart=/usr/sbin/sshd -D'
		const added = `${alias}\n# /etc/systemd/system/ssh.service.d/x.conf\n[Service]\nExecStart=\nExecStart=/usr/sbin/sshd`
		const own = '# /run/systemd/system/gunicorn.service\n[Service]\nExecStart=/srv/venv/bin/gunicorn a:b'
		const script = '# /etc/systemd/system/x.service\n[Service]\nExecStart=/srv/x.sh'
		const facts = factsOf(gunicornUnitsParser, pasted([shop, job, added, own, script].join('\n')))
		expect(facts).toMatchObject({ strangers: ['shop.service'], wrappers: ['x.service'], units: ['gunicorn.service'] })
	})

	test('none', () => {
		expect(factsOf(gunicornUnitsParser, pasted('', { target: '127.0.0.1:8000' }))).toEqual({
			units: [],
			count: 0,
			wrappers: [],
			strangers: [],
			binders: [],
			certain: true,
		})
	})

	test('any text is read', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 30 }), (text, target) => {
				const body = `# /etc/systemd/system/a.service\n[Service]\nExecStart=${text}`
				expect(factsOf(gunicornUnitsParser, pasted(body, { target }))).toHaveProperty('count')
			}),
		)
	})
})

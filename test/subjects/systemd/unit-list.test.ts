import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unitListParser } from '../../../src/subjects/systemd/unit-list.ts'
import { factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string, args = {}) =>
	factsOf(unitListParser, recorded('unit-list', name, { pattern: 'gunicorn|wsgi', ...args }))

describe('unit lists', () => {
	it('finds the service by its name', () => {
		expect(read('list-unit-files')).toMatchObject({
			units: ['gunicorn.service'],
			unit: 'gunicorn.service',
			count: 1,
			state: 'disabled',
			enabled: false,
			masked: false,
			hasSocketUnit: true,
			sockets: ['gunicorn.socket'],
		})
		expect(read('list-units-services')).toMatchObject({
			units: ['gunicorn.service'],
			activeState: 'active',
			subState: 'running',
			known: true,
			activeUnits: ['gunicorn.service'],
		})
		expect(read('list-unit-files', { unit: 'nginx' })).toMatchObject({ state: 'enabled', enabled: true, known: true })
		expect(read('list-unit-files', { unit: 'myapp' })).toMatchObject({ known: false })
	})

	it('lists the instances of templates, whatever they are called', () => {
		const list =
			'  UNIT LOAD ACTIVE SUB DESCRIPTION\n  site@one.service loaded failed failed The site\n  gone@x.service not-found inactive dead x\n  cron.service loaded active running Cron\n\nUNIT FILE STATE PRESET\nsite@.service disabled enabled'
		expect(factsOf(unitListParser, pasted(list))).toMatchObject({ instances: ['site@one.service'] })
	})

	it('finds it by its description, and several', () => {
		const list =
			'  UNIT LOAD ACTIVE SUB DESCRIPTION\n  shop.service loaded active running Gunicorn for the shop\n● blog.service loaded failed failed uWSGI blog\n  gunicorn@a.service loaded inactive dead x\n  gunicorn.service not-found inactive dead gunicorn.service\n  cron.service loaded active running Cron'
		const words = { pattern: 'gunicorn|wsgi' }
		expect(factsOf(unitListParser, pasted(list, words))).toMatchObject({
			units: ['shop.service', 'blog.service', 'gunicorn@a.service'],
			count: 3,
			failedUnits: ['blog.service'],
			activeUnits: ['shop.service'],
		})
		expect(factsOf(unitListParser, pasted(list, words))).not.toHaveProperty('unit')
		// Without words every service may be the one.
		expect(factsOf(unitListParser, pasted(list))).toMatchObject({ count: 4 })
		expect(factsOf(unitListParser, pasted(list, { pattern: 'shop' }))).toMatchObject({ unit: 'shop.service' })
		expect(factsOf(unitListParser, pasted(list, { unit: 'gunicorn' }))).toMatchObject({
			known: false,
			loadState: 'not-found',
		})
	})

	it('knows templates and masked files', () => {
		expect(
			factsOf(unitListParser, pasted('gunicorn@.service enabled enabled', { unit: 'gunicorn@shop' })),
		).toMatchObject({ templates: ['gunicorn@.service'], units: [], state: 'enabled', known: true })
		expect(factsOf(unitListParser, pasted('gunicorn.service masked enabled'))).toMatchObject({
			masked: true,
			enabled: false,
			state: 'masked',
		})
		expect(factsOf(unitListParser, pasted('myproject.service  enabled', { pattern: 'myproject' }))).toMatchObject({
			unit: 'myproject.service',
			enabled: true,
		})
	})

	it('an empty list is an answer; other text is none', () => {
		expect(read('list-units-pattern')).toMatchObject({ units: [], count: 0 })
		expect(factsOf(unitListParser, pasted('hello'))).toEqual({})
	})

	it('is total', () => {
		const lines = recordedNames('unit-list').flatMap((name) =>
			recorded('unit-list', name).lines.map((line) => line.text),
		)
		fc.assert(
			fc.property(
				fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 30 }),
				fc.string(),
				(some, pattern) => {
					for (const name of Object.keys(factsOf(unitListParser, pasted(some.join('\n'), { pattern }))))
						expect(unitListParser.facts).toHaveProperty(name)
				},
			),
		)
	})
})

import { describe, expect, it } from 'vitest'
import { gunicornProcessesParser } from '../../../src/subjects/gunicorn/processes.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { factsOf, pasted, recorded } from '../recorded-output.ts'

const read = (name: string, args: Facts = {}): Facts =>
	factsOf(gunicornProcessesParser, recorded('processes', name, args))

describe("Gunicorn's processes", () => {
	it('of a unit', () => {
		const expected = { count: 3, main: 210, workers: 2, app: 'wsgi:app', binds: ['unix:/run/gunicorn/gunicorn.sock'] }
		expect(read('healthy-unit', { unit: 'gunicorn' })).toMatchObject({ ...expected, title: false })
		expect(read('healthy-unit', { app: 'wsgi:app' })).toMatchObject(expected)
		expect(read('healthy-unit', { unit: 'other' })).toMatchObject({ count: 0, workers: 0 })
	})

	it('whose they are is not told without the column', () =>
		expect(read('healthy-aux', { unit: 'gunicorn' })).toEqual({}))

	it('without parents, by the command line that all of them share', () => {
		expect(read('unmanaged-grep')).toMatchObject({ count: 2, app: 'wsgi:app', binds: ['127.0.0.1:8000'] })
		expect(read('unmanaged-grep')).not.toHaveProperty('main')
	})

	it('that show a title tell no address', () => {
		const titles = `    PID    PPID COMMAND
      1       0 /sbin/init
     10       1 gunicorn: master [shop:app]
     11      10 gunicorn: worker [shop:app]`
		const facts = factsOf(gunicornProcessesParser, pasted(titles))
		expect(facts).toMatchObject({ count: 2, main: 10, workers: 1, app: 'shop:app', title: true })
		expect(facts).not.toHaveProperty('binds')
	})

	it('none', () => {
		expect(read('stopped-unit')).toMatchObject({ count: 0 })
		expect(factsOf(gunicornProcessesParser, pasted('hello'))).toEqual({})
	})
})

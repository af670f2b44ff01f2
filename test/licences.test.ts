import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundledPackages, licencesPage, shippedPage } from './support/write-licences.ts'

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
const packages = await bundledPackages()

describe('the code of others in the bundle', () => {
	test('is known by its licences: where this fails, run `npm run licences`', () => {
		expect(shippedPage()).toBe(licencesPage(packages))
		expect(manifest.files).toContain('THIRD-PARTY-LICENSES')
	})

	test('may be shipped, and every package says so', () => {
		expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['ink', 'react', 'xstate', 'execa']))
		const permissive = /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|CC0-1\.0)$/
		expect(packages.filter(({ licence }) => !permissive.test(licence))).toEqual([])
		expect(packages.filter(({ texts }) => texts.length === 0).map(({ name }) => name)).toEqual([])
	})

	test('is all that the program needs: an installation pulls nothing', () => {
		for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies'])
			expect(manifest).not.toHaveProperty(kind)
	})
})

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const place = mkdtempSync(join(tmpdir(), 'runtree-package-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const run = (file: string, args: readonly string[], cwd: string): string =>
	execFileSync(file, args, {
		cwd,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
		env: { ...process.env, HOME: place, XDG_STATE_HOME: join(place, 'state'), XDG_CACHE_HOME: join(place, 'cache') },
	})

/** The bundle is what the test script built before. */
test('the package installs where nothing is, pulls no other package, and runs', () => {
	const [{ filename, files }] = JSON.parse(
		run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', place], ROOT),
	)
	const packed = files.map(({ path }: { readonly path: string }) => path)
	expect(packed).toEqual(expect.arrayContaining(['THIRD-PARTY-LICENSES', 'LICENSE', 'dist/main.mjs']))
	expect(packed.filter((path: string) => path.startsWith('test/') || path.startsWith('src/'))).toEqual([])

	run('npm', ['init', '--yes'], place)
	run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(place, filename)], place)
	expect(readdirSync(join(place, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['runtree'])

	const launcher = join(place, 'node_modules/.bin/runtree')
	expect(run(launcher, ['--version'], place)).toMatch(/^\d+\.\d+\.\d+\n$/)
	expect(run(launcher, ['check', 'flask-502'], place)).toContain('flask-502')
})

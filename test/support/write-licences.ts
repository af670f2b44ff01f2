/**
 * The licences of the code that the bundle contains: `npm run licences` writes THIRD-PARTY-LICENSES, which is shipped.
 * What the bundle contains, the bundler says: a package of which nothing is left after tree shaking is not in it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsdown'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'THIRD-PARTY-LICENSES')
const HEAD =
	'runtree is one bundle. It contains code of the following packages, each under its own licence.\nWritten by `npm run licences`.\n'

/** Packages that carry no licence file: the notice that their sources begin with. All of them are under the MIT licence. */
const NOTICES: Readonly<Record<string, string>> = {
	'yoga-layout': 'Copyright (c) Meta Platforms, Inc. and affiliates.',
}

/** A package of which the bundle contains code. */
export interface BundledPackage {
	readonly name: string
	readonly version: string
	/** As its package.json has it: an SPDX expression. */
	readonly licence: string
	/** What its files say: the licence itself, and notices that go with it. */
	readonly texts: readonly string[]
}

/** Every package of which the bundle contains code, by name. Builds the bundle, but writes nothing. */
export async function bundledPackages(): Promise<readonly BundledPackage[]> {
	const folders = new Set<string>()
	const collect = {
		name: 'collect-packages',
		generateBundle(_: unknown, bundle: Readonly<Record<string, { readonly modules?: object }>>): void {
			for (const { modules = {} } of Object.values(bundle)) {
				for (const [id, { renderedLength }] of Object.entries(modules))
					if (renderedLength > 0) folders.add(packageFolder(id))
			}
		},
	}
	await build({ cwd: ROOT, logLevel: 'silent', write: false, clean: false, plugins: [collect] })
	folders.delete('')
	return [...folders].map(readPackage).toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

/** The folder of the package that a module belongs to; empty for a module of ours. */
function packageFolder(module: string): string {
	const [folder = ''] = /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(module) ?? []
	return folder
}

function readPackage(folder: string): BundledPackage {
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
	const texts = readdirSync(folder)
		.filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
		.toSorted()
		.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
	const notice = NOTICES[String(manifest.name)]
	if (texts.length === 0 && notice !== undefined) texts.push(mitLicence(notice))
	return {
		name: String(manifest.name),
		version: String(manifest.version),
		licence: String(manifest.license),
		texts: [...new Set(texts)],
	}
}

/** Ours is the same licence: all but the notice is the same text. */
function mitLicence(notice: string): string {
	return readFileSync(join(ROOT, 'LICENSE'), 'utf8')
		.replace(/^Copyright .*$/m, notice)
		.trim()
}

function nameOf({ name, version }: BundledPackage): string {
	return `${name} ${version}`
}

/** The page that is shipped: packages with the same text share it. */
export function licencesPage(packages: readonly BundledPackage[]): string {
	const sections = Map.groupBy(packages, ({ licence, texts }) => [licence, ...texts].join('\n\n'))
	return [...sections]
		.map(([text, users]) => `${'-'.repeat(80)}\n${users.map(nameOf).join('\n')}\n\n${text}\n`)
		.reduce((page, section) => `${page}\n${section}`, HEAD)
}

/** The page as it is in the repository. */
export function shippedPage(): string {
	return readFileSync(PAGE, 'utf8')
}

if (import.meta.main) writeFileSync(PAGE, licencesPage(await bundledPackages()))

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const sources = folder('../../src/tui/')

/** The components of the terminal interface: what a file of it exports under a name that JSX takes for a component. */
const components = await Promise.all(
	readdirSync(sources)
		.filter((file) => file.endsWith('.tsx'))
		.map(async (file) => {
			const exported: Readonly<Record<string, unknown>> = await import(`${sources}${file}`)
			return Object.keys(exported)
				.filter((name) => /^[A-Z]/.test(name))
				.map((name) => ({ name, file }))
		}),
).then((all) => all.flat())

test('the components are found', () => {
	expect(components).toEqual(
		expect.arrayContaining([
			{ name: 'App', file: 'app.tsx' },
			{ name: 'Running', file: 'running.tsx' },
		]),
	)
})

test.each(components)('$name of $file is shown alone by the test beside its name', ({ name, file }) => {
	const path = folder(`./${file.replace(/\.tsx$/, '.test.tsx')}`)
	const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
	expect(text).toMatch(/import \{[^}]*\brender\b[^}]*\} from 'ink-testing-library'/)
	expect(text).toMatch(new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '../../src/tui/${file}'`))
	expect(text).toMatch(new RegExp(`\\brender\\(\\s*<${name}\\b`))
})

/** What commands printed on real hosts of `flows/php-502/lab`, broken by `flows/php-502/faults`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Facts, OutputLine, Parsed, Parser } from '../../../src/text/parser.ts'

const FOLDER = fileURLToPath(new URL('./recorded', import.meta.url))

interface Output {
	readonly slug: string
	readonly exitCode: number
	readonly stdout: string
	readonly stderr: string
}

interface Recording {
	readonly fault: string
	readonly causes: readonly string[]
	readonly outputs: readonly Output[]
}

/** A configuration that PHP-FPM refuses: what its test says, and what systemd's journal has of the start. */
interface Refusal {
	readonly case: string
	readonly exitCode: number
	readonly stderr: readonly string[]
	readonly journal: readonly string[]
}

/** The names of the recorded hosts: `pool-stopped.unix`. */
export const hosts: readonly string[] = readdirSync(FOLDER)
	.filter((file) => /\.(?:unix|tcp)\.json$/.test(file))
	.map((file) => file.replace(/\.json$/, ''))
	.sort()

/** The configurations that PHP-FPM refuses, or starts not with. */
export const refusals: readonly Refusal[] = JSON.parse(
	readFileSync(join(FOLDER, 'configuration-errors.json'), 'utf8'),
) as Refusal[]

/** A recorded output of a host. Throws when there is none. */
export function outputOf(host: string, slug: string): Output {
	const { outputs } = JSON.parse(readFileSync(join(FOLDER, `${host}.json`), 'utf8')) as Recording
	const found = outputs.find((output) => output.slug === slug)
	if (found === undefined) throw new Error(`${host} has no output ${slug}`)
	return found
}

/** When the host was asked for its URL, in seconds since 1970. */
export function sinceOf(host: string): number {
	return Number(outputOf(host, 'date').stdout.split(' ')[0])
}

/** Lines as the session gives them to a parser: control characters are gone, and tabs are blanks. */
export function linesOf(stdout: string, stderr = ''): OutputLine[] {
	const split = (text: string, stream: OutputLine['stream']) =>
		text === ''
			? []
			: text
					.replace(/\n$/, '')
					.split('\n')
					.map((line) => ({ stream, text: line.replace(/\r$/, '').replaceAll('\t', '        ') }))
	return [...split(stdout, 'stdout'), ...split(stderr, 'stderr')].map((line, index) => ({ ...line, number: index + 1 }))
}

/** The facts that a parser reads in a recorded output of a host. */
export function read(parser: Parser, host: string, slug: string, args: Facts = {}): Parsed {
	const { stdout, stderr, exitCode } = outputOf(host, slug)
	return parser.parse({ lines: linesOf(stdout, stderr), exitCode, args })
}

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenedFlow, openFlow } from '../../src/app/compose.ts'
import { nginxErrorLogParser } from '../../src/subjects/nginx/error-log.ts'
import type { Target } from '../../src/target/target.ts'
import type { Facts, OutputLine } from '../../src/text/parser.ts'
import { factsOf } from '../subjects/recorded-output.ts'
import { type HonestWalk, hostOf, walkHost } from '../support/honest-walk.ts'
import { carrierNames, type Forgery, forge, forgedLines, forgedText, MARK } from './forgery.ts'

/** Strangers' text in the logs, parser by parser and through whole diagnoses: nobody is fooled. */

let tried = 0
const fooled: string[] = []

function judge(what: string, isFooled: boolean): void {
	tried += 1
	if (isFooled) fooled.push(what)
}

afterAll(() => console.log(`strangers' texts: ${tried} tried, ${fooled.length} fooled`))

describe("nginx's error log", () => {
	const scene = { time: '2026/11/21 09:00:00', upstream: 'http://127.0.0.1:8000/' }
	const real = `${scene.time} [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: example.com, request: "GET / HTTP/1.1", upstream: "${scene.upstream}", host: "example.com"`

	/** Facts of which the log itself is the author; those that quote are declared as hearsay. */
	const told = (text: string): Facts => {
		const lines = text.split('\n').map((one, at): OutputLine => ({ stream: 'stdout', number: at + 1, text: one }))
		const facts = factsOf(nginxErrorLogParser, { lines, exitCode: 0, args: {} })
		const isTold = ([name]: readonly [string, unknown]) => nginxErrorLogParser.facts[name]?.hearsay !== true
		return Object.fromEntries(Object.entries(facts).filter(isTold))
	}
	const isFooled = ({ text, own }: Forgery): boolean => {
		const alone = told(text)
		const after = told(`${real}\n${text}`)
		if (JSON.stringify([alone, after]).includes(MARK)) return true
		return !own && (alone.fresh !== 0 || after.kind !== 'refused' || after.upstream !== '127.0.0.1:8000')
	}

	test.each(carrierNames)('is not written by %s', (carrier) => {
		fc.assert(
			fc.property(forgedText, (text) => {
				const forgery = forge(carrier, text, scene)
				const wrong = isFooled(forgery)
				judge(forgery.text, wrong)
				return !wrong
			}),
			{ numRuns: 100 },
		)
	})

	test('the forgery by which root changed /etc/shadow', () => {
		const path = `x failed (13: Permission denied) while connecting to upstream, client: 1.2.3.4, server: _, request: "GET / HTTP/1.1", upstream: "unix:${MARK}", host: "a`
		const forgery = forge('a path', path, scene)
		judge(forgery.text, isFooled(forgery))
		expect(isFooled(forgery)).toBe(false)
	})
})

describe('a diagnosis', () => {
	let opened: OpenedFlow
	beforeAll(async () => {
		opened = await openFlow('flask-502')
	})

	/** Hosts in whose logs a stranger writes, and how nginx writes their upstream. */
	const hosts = [
		['upstream-wrong-socket', 'http://unix:/run/gunicorn.sock:/'],
		['socket-denied', 'http://unix:/run/gunicorn/gunicorn.sock:/'],
		['upstream-wrong-port', 'http://127.0.0.1:8001/'],
		['unit-stopped', 'http://unix:/run/gunicorn/gunicorn.sock:/'],
	] as const

	/** The host, with more in its logs than there was. */
	function withLogs(target: Target, nginx: (time: string) => string, gunicorn: readonly string[]): Target {
		return {
			...target,
			run: async (command, options) => {
				let printed = ''
				const onOutput: typeof options.onOutput = (chunk) => {
					printed += chunk.text
					options.onOutput(chunk)
				}
				const ending = await target.run(command, { ...options, onOutput })
				const more = (text: string) => options.onOutput({ stream: 'stdout', text: `${text}\n`, offsetMs: 1 })
				if (command.text.startsWith('tail -n 200 -- /var/log/nginx/error.log')) {
					const time = printed.match(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/gm)?.at(-1)
					if (time !== undefined) more(nginx(time))
				} else if (command.text.startsWith('journalctl -u gunicorn -n 300')) {
					const prefix = printed.match(/^\S+ \S+ gunicorn\[\d+\]: /gm)?.at(-1)
					if (prefix !== undefined) more(gunicorn.map((line) => prefix + line).join('\n'))
				}
				return ending
			},
		}
	}

	/** What a stranger must not have a hand in: the commands that change, and what is proven. */
	function isFooled({ report }: HonestWalk, causes: readonly string[]): boolean {
		const commands = report.cause?.remedies.flatMap((remedy) => remedy.commands) ?? []
		const ran = report.commands.map(({ command }) => command)
		const proven = report.differential.flatMap(({ cause, state }) => (state === 'proven' ? [cause] : []))
		return (
			[...commands, ...ran].some((text) => text.includes('etc/shadow')) || proven.some((id) => !causes.includes(id))
		)
	}

	const samples = fc.sample(fc.tuple(forgedText, forgedLines), { seed: 502, numRuns: carrierNames.length })
	const cases = carrierNames.flatMap((carrier, at) => {
		const sample = samples[at]
		const host = hosts[at % hosts.length]
		return sample === undefined || host === undefined ? [] : [[carrier, ...host, ...sample] as const]
	})

	test.each(cases)('with %s in the logs of %s', async (carrier, name, upstream, text, lines) => {
		const host = hostOf(name)
		const nginx = (time: string) => forge(carrier, text, { time, upstream }).text
		const walked = await walkHost(opened, { ...host, target: withLogs(host.target, nginx, lines) })
		expect(walked.printed).toContain(MARK)
		const wrong = isFooled(walked, host.causes)
		judge(walked.text, wrong)
		expect(wrong, walked.text).toBe(false)
	})

	test.each(hosts)('of %s after a request for a file that names /etc/shadow as upstream', async (name, upstream) => {
		const host = hostOf(name)
		const path = `x failed (13: Permission denied) while connecting to upstream, client: 1.2.3.4, server: _, request: "GET / HTTP/1.1", upstream: "unix:/etc/shadow", host: "a`
		const nginx = (time: string) => forge('a path', path, { time, upstream }).text
		const walked = await walkHost(opened, { ...host, target: withLogs(host.target, nginx, []) })
		const wrong = isFooled(walked, host.causes)
		judge(walked.text, wrong)
		expect(wrong, walked.text).toBe(false)
		expect(walked.found, 'the real cause').toBe(host.causes[0])
	})
})

test('nobody was fooled, by more than 1500 texts', () => {
	expect(fooled).toEqual([])
	expect(tried).toBeGreaterThan(1500)
})

import type { Flow } from '../../src/flow/flow.ts'
import type { Evidence } from '../../src/machine/types.ts'
import { int, type LineSpan, type Parser, string } from '../../src/text/parser.ts'
import { cause, choice, flow, otherwise, parse, probe, remedy, step, when } from './small-flow.ts'

/** A small 502 flow with everything that a screen has to show, and the parsers that it needs. */

function lineParser(name: string, fact: string, pattern: RegExp, type: 'string' | 'int'): Parser {
	return {
		name,
		summary: name,
		facts: { [fact]: type === 'int' ? int(`The ${fact}.`) : string(`The ${fact}.`) },
		parse: ({ lines }) => {
			for (const line of lines) {
				const found = pattern.exec(line.text)?.[1]
				if (found === undefined) continue
				const evidence: LineSpan[] = [{ line: line.number }]
				return { facts: { [fact]: type === 'int' ? Number(found) : found }, evidence: { [fact]: evidence } }
			}
			return { facts: {}, evidence: {} }
		},
	}
}

export const demoParsers: ReadonlyMap<string, Parser> = new Map(
	[
		lineParser('http', 'status', /^HTTP\/[\d.]+ (\d+)/, 'int'),
		lineParser('unit', 'active', /Active: (\w+)/, 'string'),
	].map((each) => [each.name, each]),
)

const longGuide = `A 502 from nginx means that nginx got no valid response from its upstream. Something between nginx and the application is broken: the application server is down, nginx looks for it in the wrong place, or it may not open the socket.

Ask for the page once, from this host, and look at who answers. The Server header tells nginx from a proxy in front of it.

- Server: nginx and 502: go on here.
- another server: look there first.
- no answer at all: nginx itself may be down.`

export const demoFlow: Flow = flow(
	[
		step('confirm', {
			title: 'Confirm the failure path',
			label: 'Confirm',
			guide: longGuide,
			run: [
				probe('curl -sS -o /dev/null -D - --max-time 20 {{inputs.url}}', { parse: [parse('http', 'response')] }),
				probe('ss -ltnp', { if: 'inputs.unit == "other"' }),
			],
			branches: [
				when(
					'response.status == 502',
					'step:service',
					'nginx itself answers 502, so the fault is between nginx and Gunicorn.',
				),
				when('response.status == 200', 'end:healthy', 'The page works.'),
				when('response.status == 504', 'cause:stopped', 'nginx waited for an answer and gave up.'),
				choice('A proxy in front of nginx answers', 'end:inconclusive'),
				otherwise('ask:What did {{inputs.url}} answer?'),
			],
			faq: [
				{
					question: 'Is a 504 the same?',
					answer: 'No. With a 504 nginx reached the application and waited too long.',
					source: [],
				},
			],
		}),
		step('service', {
			title: "Gunicorn's service state",
			label: 'Service state',
			guide: 'systemd knows whether Gunicorn runs, since when, and how it stopped.',
			run: [
				probe('systemctl status {{inputs.unit}} --no-pager', { privilege: 'root', parse: [parse('unit', 'unit')] }),
			],
			branches: [
				when('unit.active == "failed"', 'cause:stopped', 'Gunicorn has failed.'),
				when('unit.active == "active"', 'end:inconclusive', 'Gunicorn runs.'),
				choice('It runs', 'end:inconclusive'),
				choice('It does not run', 'cause:stopped'),
				otherwise('ask:Does Gunicorn run?'),
			],
		}),
		step('start', {
			title: 'Start Gunicorn',
			label: 'Start',
			guide: 'Start it, then see whether it stays up.',
			run: [remedy('systemctl start {{inputs.unit}}', { undo: 'systemctl stop {{inputs.unit}}' })],
			branches: [otherwise('step:retest', 'Gunicorn was started. Ask for the page again.')],
		}),
		step('wipe', {
			title: 'Remove a stale socket file',
			label: 'Remove socket',
			guide: 'Nobody listens on it.',
			run: [remedy('rm -f /run/gunicorn.sock', { effect: 'destructive' })],
			branches: [otherwise('step:retest', 'The file is gone.')],
		}),
		step('retest', {
			title: 'Ask for the page again',
			label: 'Retest',
			guide: 'Only a request through nginx shows that it works.',
			retest: true,
			run: [probe('curl -sS -o /dev/null -D - {{inputs.url}}', { parse: [parse('http', 'response')] })],
			branches: [
				when('response.status == 200', 'end:healthy', 'The page works again.'),
				otherwise('step:service', 'It still fails.'),
			],
		}),
	],
	[
		cause('stopped', ['start', 'wipe'], {
			title: "Gunicorn's service is stopped",
			why: 'nginx hands each request to Gunicorn over a socket. The service that listens there is not running, so nginx has nobody to ask and answers 502.',
			prevent:
				'Enable the service at boot (systemctl enable {{inputs.unit}}), let systemd restart it (Restart=on-failure), and alert on it.',
		}),
	],
	{
		id: 'flask-502',
		title: 'Flask 502 Bad Gateway',
		inputs: {
			url: { title: 'Public URL', format: 'url', default: 'http://127.0.0.1/', help: 'As a user would type it.' },
			unit: { title: "Gunicorn's systemd unit", format: 'unit-name', default: 'gunicorn' },
		},
		checklist: [
			{ text: 'nginx answers the public URL', when: 'response.status == 200', source: [] },
			{ text: "Gunicorn's service is active", when: 'unit.active == "active"', source: [] },
		],
	},
)

export const demoInputs = { url: 'http://127.0.0.1/', unit: 'gunicorn' }

/** Evidence as a run gives it, for models that are made by hand. */
export function evidenceLine(run: string, line: number, text: string): Evidence {
	return { run, line, text, stream: 'stdout' }
}

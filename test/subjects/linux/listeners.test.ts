import { describe, expect, test } from 'vitest'
import { listenersParser } from '../../../src/subjects/linux/listeners.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { asPasted, evidenceOf, factsOf, pasted, recorded, wrapped } from '../recorded-output.ts'

const gunicorn = { program: 'gunicorn' }
const listeners = (name: string, args: Facts = {}) =>
	factsOf(listenersParser, recorded('listeners', name, { ...gunicorn, ...args }))

describe('TCP', () => {
	test.each(['gunicorn-tcp', 'gunicorn-tcp-no-header'])('%s', (name) => {
		expect(listeners(name, { target: 'http://127.0.0.1:8000/' })).toEqual({
			tcp: ['0.0.0.0:80', '0.0.0.0:22', '127.0.0.1:8000', '[::]:80', '[::]:22'],
			ofProgram: ['127.0.0.1:8000'],
			ofInterpreter: [],
			complete: true,
			namesKnown: true,
			onTarget: true,
			process: 'gunicorn',
			pid: 209,
			heldBySystemd: false,
			targetIsProgram: true,
			samePortOther: [],
			queue: 0,
			backlog: 2048,
			backlogFull: false,
		})
		expect(evidenceOf(listenersParser, recorded('listeners', name, { target: ':8000' }), 'samePortOther')).toHaveLength(
			0,
		)
		expect(
			evidenceOf(listenersParser, recorded('listeners', name, { target: '127.0.0.1:8000' }), 'onTarget')[0],
		).toContain('gunicorn')
	})

	test('nobody on the target, and who holds the port elsewhere', () => {
		expect(listeners('no-gunicorn', { target: '127.0.0.1:8000' })).toMatchObject({
			onTarget: false,
			samePortOther: [],
			ofProgram: [],
		})
		expect(listeners('gunicorn-tcp', { target: '[::1]:8000' })).toMatchObject({
			onTarget: false,
			samePortOther: ['127.0.0.1:8000'],
		})
	})

	test('wildcards: IPv4, both, and nginx’s IPv6 only', () => {
		expect(listeners('gunicorn-wildcard', { target: '127.0.0.1:8000' })).toMatchObject({ onTarget: true })
		expect(listeners('gunicorn-wildcard', { target: '[::1]:8000' })).toMatchObject({ onTarget: false })
		expect(listeners('gunicorn-v6-wildcard', { target: '127.0.0.1:8000' })).toMatchObject({
			onTarget: true,
			process: 'gunicorn',
		})
		expect(listeners('gunicorn-v6-wildcard', { target: '[::1]:8000' })).toMatchObject({ onTarget: true })
		const ipv6 = 'LISTEN 0 511 [::]:80 [::]:*'
		const target = { target: '127.0.0.1:80' }
		expect(factsOf(listenersParser, pasted(`${ipv6}\nLISTEN 0 128 0.0.0.0:22 0.0.0.0:*`, target))).toMatchObject({
			onTarget: false,
		})
		// `ss -6` shows no IPv4 at all.
		expect(factsOf(listenersParser, pasted(ipv6, target))).not.toHaveProperty('onTarget')
	})

	test('another program on Gunicorn’s port', () => {
		expect(listeners('flask-dev', { target: '127.0.0.1:8000' })).toMatchObject({
			onTarget: true,
			process: 'flask',
			pid: 392,
			targetIsProgram: false,
			ofProgram: [],
		})
	})

	test('a python may be anything, unless its process is known', () => {
		const held = (args: Facts) => listeners('port-80-python', { target: '127.0.0.1:80', ...args })
		expect(held({})).toMatchObject({ onTarget: true, process: 'python3', pid: 517 })
		expect(held({})).not.toHaveProperty('targetIsProgram')
		expect(held({ pids: ['517'] })).toMatchObject({
			targetIsProgram: true,
			ofPids: ['0.0.0.0:80'],
			ofProgram: ['0.0.0.0:80'],
		})
		expect(held({ pids: ['1000'] })).toMatchObject({ ofPids: [], targetIsProgram: false })
		// Nor is it known that the program listens nowhere.
		expect(held({})).toMatchObject({ complete: false, ofInterpreter: ['0.0.0.0:80', '127.0.0.1:8003'] })
		expect(held({})).not.toHaveProperty('ofProgram')
	})

	test('the main process is named rather than a worker', () => {
		expect(listeners('gunicorn-tcp', { target: '127.0.0.1:8000', pids: ['207'] })).toMatchObject({
			pid: 207,
			ofPids: ['127.0.0.1:8000'],
		})
	})

	test('without root nobody is named', () => {
		const facts = listeners('gunicorn-as-nobody', { target: '127.0.0.1:8000' })
		expect(facts).toMatchObject({ onTarget: true, namesKnown: false })
		expect(facts).not.toHaveProperty('process')
		expect(facts).not.toHaveProperty('targetIsProgram')
		expect(facts).toMatchObject({ complete: false })
		for (const name of ['ofProgram', 'ofPids', 'ofInterpreter', 'heldBySystemd']) expect(facts).not.toHaveProperty(name)
	})

	test('a full backlog', () => {
		expect(listeners('backlog-full', { target: '127.0.0.1:8003' })).toMatchObject({
			queue: 3,
			backlog: 2,
			backlogFull: true,
		})
	})
})

describe('Unix sockets', () => {
	test('found, with who listens', () => {
		expect(listeners('gunicorn-unix', { target: 'http://unix:/var/run/g.sock:/' })).toMatchObject({
			onTarget: true,
			process: 'gunicorn',
			targetIsProgram: true,
			backlog: 2048,
			ofProgram: ['unix:/run/g.sock'],
		})
		expect(listeners('unix', { target: 'unix:/run/g.sock' })).toMatchObject({ onTarget: false })
	})

	test('a full backlog', () => {
		expect(listeners('backlog-full-unix', { target: '/run/full.sock' })).toMatchObject({
			queue: 3,
			backlog: 2,
			backlogFull: true,
		})
	})

	test('socket activation: systemd alone, and with Gunicorn', () => {
		const line = (users: string) =>
			factsOf(
				listenersParser,
				pasted(`u_str LISTEN 0 2048 /run/g.sock 12 * 0 users:(${users})`, { ...gunicorn, target: '/run/g.sock' }),
			)
		expect(line('("systemd",pid=1,fd=36)')).toMatchObject({ heldBySystemd: true, process: 'systemd' })
		expect(line('("systemd",pid=1,fd=36)')).not.toHaveProperty('targetIsProgram')
		expect(line('("gunicorn",pid=9,fd=3),("systemd",pid=1,fd=36)')).toMatchObject({
			heldBySystemd: true,
			process: 'gunicorn',
			targetIsProgram: true,
		})
	})
})

describe('what the output does not tell', () => {
	test('TCP listeners say nothing of a socket file, nor the reverse', () => {
		expect(listeners('gunicorn-tcp', { target: 'unix:/run/g.sock' })).not.toHaveProperty('onTarget')
		expect(listeners('gunicorn-unix', { target: '127.0.0.1:8000' })).not.toHaveProperty('onTarget')
	})

	test('no listener at all is an answer, a failed command is none', () => {
		expect(factsOf(listenersParser, { lines: [], exitCode: 0, args: { target: '127.0.0.1:8000' } })).toMatchObject({
			onTarget: false,
			tcp: [],
		})
		expect(factsOf(listenersParser, { lines: [], exitCode: null, args: { target: '127.0.0.1:8000' } })).toEqual({})
		expect(factsOf(listenersParser, pasted('bash: ss: command not found', { target: '127.0.0.1:8000' }))).toEqual({})
	})
})

describe('other shapes', () => {
	test('netstat', () => {
		expect(listeners('public-netstat-as-user', { target: '127.0.0.1:5000' })).toMatchObject({
			onTarget: true,
			process: 'python',
			pid: 30458,
			ofInterpreter: ['0.0.0.0:5000'],
			complete: false,
			namesKnown: true,
		})
		expect(listeners('public-netstat-as-user', { target: '127.0.0.1:3306' })).not.toHaveProperty('process')
		expect(listeners('public-netstat-gunicorn', { target: '127.0.0.1:7000' })).toMatchObject({
			onTarget: true,
			process: 'gunicorn',
			pid: 5208,
			targetIsProgram: true,
			queue: 0,
		})
		const unix = 'unix  2      [ ACC ]     STREAM     LISTENING     12345    5208/gunicorn: mast /run/g.sock'
		expect(factsOf(listenersParser, pasted(unix, { target: 'unix:/run/g.sock' }))).toMatchObject({
			onTarget: true,
			process: 'gunicorn',
		})
	})

	test('the processes below, as a narrow terminal puts them', () => {
		const input = wrapped(asPasted(recorded('listeners', 'gunicorn-tcp', { target: '127.0.0.1:8000' })), 59)
		expect(factsOf(listenersParser, input)).toMatchObject({ onTarget: true, process: 'gunicorn' })
	})
})

describe('who may be hidden', () => {
	const table = (...rows: readonly string[]) =>
		factsOf(listenersParser, pasted(rows.join('\n'), { ...gunicorn, target: '127.0.0.1:8000' }))
	const web = 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=40,fd=5))'
	const own = 'LISTEN 0 2048 127.0.0.1:9000 0.0.0.0:* users:(("gunicorn",pid=50,fd=5))'
	const nameless = 'LISTEN 0 2048 127.0.0.1:8000 0.0.0.0:*'

	test('a list of one’s own processes is not complete', () => {
		expect(table(own, nameless)).toMatchObject({ ofProgram: ['127.0.0.1:9000'], complete: false, onTarget: true })
		expect(table(own, nameless)).not.toHaveProperty('targetIsProgram')
		expect(table(web, nameless)).not.toHaveProperty('ofProgram')
	})

	test('who sees what pid 1 holds sees all; a socket without a process is the kernel’s', () => {
		const first = 'LISTEN 0 4096 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=9,fd=3),("systemd",pid=1,fd=60))'
		const nfs = 'LISTEN 0 64 0.0.0.0:2049 0.0.0.0:*'
		expect(table(first, nfs)).toMatchObject({ complete: true, ofProgram: [] })
		expect(table(web, nfs)).not.toHaveProperty('ofProgram')
	})

	test('systemd’s sockets are not shown to others', () => {
		const shared = own.replace('9000', '8000')
		expect(table(shared)).not.toHaveProperty('heldBySystemd')
		expect(table(web, shared)).toMatchObject({ heldBySystemd: false, targetIsProgram: true })
	})

	test('without a program nobody is looked for', () => {
		const facts = factsOf(listenersParser, pasted(`${web}\n${own}`, { target: '127.0.0.1:9000' }))
		expect(facts).toMatchObject({ process: 'gunicorn', pid: 50, complete: true })
		for (const name of ['ofProgram', 'ofPids', 'targetIsProgram']) expect(facts).not.toHaveProperty(name)
	})

	test('names with a version, cut by the kernel, or given by the process itself', () => {
		const held = (name: string, program: string) =>
			factsOf(
				listenersParser,
				pasted(`${web}\nLISTEN 0 9 127.0.0.1:1 0.0.0.0:* users:(("${name}",pid=7,fd=1))`, { program }),
			).ofProgram
		for (const [name, program] of [
			['php-fpm8.2', 'php-fpm'],
			['gunicorn: maste', 'gunicorn'],
			['systemd-resolve', 'systemd-resolved'],
		] as const)
			expect(held(name, program), name).toEqual(['127.0.0.1:1'])
		for (const [name, program] of [
			['sshd-session', 'sshd'],
			['gunicornish', 'gunicorn'],
			['post', 'postgres'],
		] as const)
			expect(held(name, program), name).toEqual([])
	})
})

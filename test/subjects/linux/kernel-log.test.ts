import { describe, expect, test } from 'vitest'
import { kernelLogParser, selinuxParser } from '../../../src/subjects/linux/kernel-log.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { evidenceOf, factsOf, pasted, recorded } from '../recorded-output.ts'

const kernel = (name: string, args: Facts = {}) => factsOf(kernelLogParser, recorded('kernel-log', name, args))

describe('kernel-log', () => {
	test('killed for want of memory', () => {
		expect(kernel('public-oom-old-kernel')).toMatchObject({ oomKilled: true, oomProcess: 'gunicorn', oomPid: 31098 })
		expect(kernel('public-oom-cgroup')).toMatchObject({ oomKilled: true, oomProcess: 'gunicorn', oomPid: 1026306 })
		const text =
			'Nov 21 09:00:00 h kernel: Memory cgroup out of memory: Killed process 77 (gunicorn: worke) total-vm:1kB'
		expect(factsOf(kernelLogParser, pasted(text))).toMatchObject({
			oomProcess: 'gunicorn: worke',
			oomPid: 77,
			segfault: false,
		})
	})

	test('crashed', () => {
		expect(kernel('public-oom-old-kernel')).toMatchObject({
			segfault: true,
			segfaultProcess: 'gunicorn',
			segfaultPid: 9604,
		})
		expect(kernel('public-dmesg-segfault')).toMatchObject({
			segfaultProcess: 'gunicorn',
			segfaultPid: 28103,
			crash: 'segfault',
		})
		expect(kernel('public-general-protection')).toMatchObject({
			segfaultProcess: 'gunicorn',
			segfaultPid: 1191000,
			crash: 'general protection fault',
			oomKilled: false,
		})
		const text = '[  12.3] traps: python3[12] trap invalid opcode ip:55 sp:7f error:0 in x.so[1+2]'
		expect(factsOf(kernelLogParser, pasted(text))).toMatchObject({
			segfaultProcess: 'python3',
			crash: 'invalid opcode',
		})
	})

	test('refused by SELinux', () => {
		expect(kernel('public-selinux-name-connect')).toMatchObject({
			denied: true,
			policy: 'selinux',
			deniedProcess: 'gunicorn',
		})
		expect(kernel('public-selinux-connectto')).toMatchObject({
			deniedProcess: 'icecast',
			deniedPath: '/run/systemd/userdb/io.systemd.DynamicUser',
		})
		const input = recorded('kernel-log', 'public-selinux-connectto')
		const permissive = input.lines.map((line) => ({ ...line, text: line.text.replace('permissive=0', 'permissive=1') }))
		expect(factsOf(kernelLogParser, { ...input, lines: permissive })).toMatchObject({ denied: false })
	})

	test('refused by SELinux, in the words that people are told', () => {
		const text =
			'Nov 21 09:00:00 web1 setroubleshoot[77]: SELinux is preventing /usr/sbin/nginx from connectto access on the unix_stream_socket /run/shop.sock. For complete SELinux messages run: sealert -l 1'
		expect(factsOf(kernelLogParser, pasted(text))).toMatchObject({
			denied: true,
			policy: 'selinux',
			deniedProcess: 'nginx',
			deniedPath: '/run/shop.sock',
		})
		const port = 'SELinux is preventing nginx from name_connect access on the tcp_socket port 8000.'
		expect(factsOf(kernelLogParser, pasted(port))).toMatchObject({ denied: true, deniedProcess: 'nginx' })
	})

	test('refused by AppArmor', () => {
		expect(kernel('public-apparmor')).toMatchObject({
			denied: true,
			policy: 'apparmor',
			deniedProcess: 'ntpd',
			deniedPath: '/usr/local/sbin/',
		})
		expect(kernel('public-apparmor-loaded')).toMatchObject({ denied: false })
		expect(evidenceOf(kernelLogParser, recorded('kernel-log', 'public-apparmor'), 'denied')[0]).toContain('DENIED')
	})

	test('only what is fresh', () => {
		expect(kernel('public-apparmor', { since: 1509634426 })).toMatchObject({ dated: true, denied: true })
		expect(kernel('public-apparmor', { since: 1509634427 })).toMatchObject({ dated: true, denied: false })
		const since = Date.parse('2018-03-22T04:20:00Z') / 1000
		expect(kernel('public-oom-old-kernel', { since, offset: '+0000' })).toMatchObject({
			dated: true,
			oomKilled: false,
			segfault: true,
		})
		expect(kernel('public-oom-old-kernel', { since })).toMatchObject({ dated: false, oomKilled: true })
		expect(kernel('public-dmesg-segfault', { since, offset: '+0000' })).toMatchObject({ dated: false, segfault: true })
	})

	test('the time of every journal format', () => {
		const killed = 'Out of memory: Killed process 7 (gunicorn)'
		const since = Date.parse('2026-01-01T00:00:00Z') / 1000
		const fresh = (prefix: string) =>
			factsOf(kernelLogParser, pasted(`${prefix} ${killed}`, { since, offset: '+0000' })).oomKilled
		expect(fresh('2025-12-31T23:59:59+0000 h kernel:')).toBe(false)
		expect(fresh('2026-01-01T00:00:00+00:00 h kernel:')).toBe(true)
		expect(fresh('2026-01-01T01:00:00+0200 h kernel:')).toBe(false)
		expect(fresh('Dec 31 23:59:59 h kernel:')).toBe(false)
		expect(fresh('Jan  1 00:00:01 h kernel:')).toBe(true)
		expect(fresh('[Wed Dec 31 23:59:59 2025]')).toBe(false)
		expect(fresh('[Thu Jan  1 00:00:01 2026]')).toBe(true)
	})

	test('a log that may not be read tells nothing', () => {
		expect(kernel('dmesg-nobody')).toEqual({ readable: false })
		expect(kernel('journalctl-k-nobody')).toEqual({ readable: false })
	})

	test('an empty log', () => {
		expect(kernel('journalctl-k')).toEqual({
			readable: true,
			dated: false,
			oomKilled: false,
			segfault: false,
			denied: false,
		})
		expect(factsOf(kernelLogParser, { lines: [], exitCode: 1, args: {} })).toEqual({})
	})
})

describe('selinux', () => {
	test.each([
		['Enforcing', 'enforcing'],
		['Permissive', 'permissive'],
		['Disabled', 'disabled'],
		['SELinux status:                 disabled', 'disabled'],
		[
			'SELinux status:                 enabled\nSELinuxfs mount:                /sys/fs/selinux\nCurrent mode:                   enforcing\nMode from config file:          permissive',
			'enforcing',
		],
	])('%s', (text, mode) => {
		expect(factsOf(selinuxParser, pasted(text))).toEqual({ mode })
	})

	test('not there', () => {
		expect(factsOf(selinuxParser, recorded('selinux', 'getenforce'))).toEqual({ mode: 'none' })
		expect(factsOf(selinuxParser, recorded('selinux', 'sestatus'))).toEqual({ mode: 'none' })
		expect(factsOf(selinuxParser, pasted(''))).toEqual({})
	})
})

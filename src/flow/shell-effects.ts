import { basename } from 'node:path'

/** What programs do to a host, as far as their words tell. It finds slips, not bad will: a flow is trusted. */

const writers: Readonly<Record<string, string>> = {
	rm: 'removes files',
	rmdir: 'removes a folder',
	unlink: 'removes a file',
	shred: 'destroys files',
	mv: 'moves files',
	cp: 'writes files',
	install: 'writes files',
	ln: 'makes a link',
	mkdir: 'makes a folder',
	touch: 'writes a file',
	tee: 'writes a file',
	truncate: 'empties a file',
	dd: 'writes',
	chmod: 'changes permissions',
	chown: 'changes owners',
	chgrp: 'changes groups',
	chcon: 'changes labels',
	setfacl: 'changes permissions',
	setenforce: 'changes SELinux',
	kill: 'ends a process',
	pkill: 'ends processes',
	killall: 'ends processes',
	reboot: 'restarts the host',
	poweroff: 'stops the host',
	shutdown: 'stops the host',
	halt: 'stops the host',
	mount: 'mounts',
	umount: 'unmounts',
	useradd: 'adds a user',
	usermod: 'changes a user',
	userdel: 'removes a user',
	groupadd: 'adds a group',
	passwd: 'changes a password',
}

/** Programs that change by some of their words, and those words. */
const verbs: Readonly<Record<string, ReadonlySet<string>>> = {
	systemctl: set(
		'start stop restart reload try-restart reload-or-restart kill enable disable reenable mask unmask isolate edit ' +
			'set-property set-environment revert daemon-reload daemon-reexec reset-failed link preset clean freeze thaw',
	),
	service: set('start stop restart reload force-reload'),
	apt: set('install remove purge upgrade full-upgrade autoremove update'),
	'apt-get': set('install remove purge upgrade dist-upgrade autoremove update clean'),
	dnf: set('install remove upgrade update autoremove reinstall downgrade'),
	yum: set('install remove upgrade update reinstall downgrade'),
	apk: set('add del upgrade'),
	pip: set('install uninstall'),
	pip3: set('install uninstall'),
	npm: set('install uninstall update ci'),
	docker: set('run rm stop start restart kill exec rmi prune'),
	podman: set('run rm stop start restart kill exec rmi prune'),
	journalctl: set('--rotate --vacuum-size --vacuum-time --vacuum-files --flush'),
	nginx: set('-s'),
	sed: set('-i --in-place'),
	find: set('-delete'),
	crontab: set('-r -e'),
	sysctl: set('-w -p'),
	ip: set('add del set flush'),
	iptables: set('-A -D -I -F -P -X'),
	nft: set('add delete flush insert'),
	'firewall-cmd': set('--reload --add-port --add-service --remove-port --remove-service'),
}

function set(words: string): ReadonlySet<string> {
	return new Set(words.split(' '))
}

/** Programs that run the rest of their words. Their options with a value, which is no program. */
const wrappers: Readonly<Record<string, ReadonlySet<string>>> = {
	sudo: set('-u -g -p -C -h'),
	env: set('-u -C'),
	timeout: set('-s -k'),
	nice: set('-n'),
	ionice: set('-c -n'),
	nohup: set(''),
	setsid: set(''),
	stdbuf: set('-i -o -e'),
	xargs: set('-n -P -I -d -L -s -a'),
	runuser: set('-u -g'),
	command: set(''),
	exec: set('-a'),
	time: set(''),
}

/** How a command changes the host: `rm removes files`. Undefined when nothing of it says so. `words`: with its name. */
export function changeOf(words: readonly string[]): string | undefined {
	const [first = '', ...rest] = words
	const program = basename(first)
	if (Object.hasOwn(wrappers, program)) return changeOf(wrapped(program, rest))
	if (program === 'find') {
		const at = rest.findIndex((word) => /^-(?:exec|execdir|ok|okdir)$/.test(word))
		const inner = at < 0 ? undefined : changeOf(rest.slice(at + 1))
		if (inner !== undefined) return inner
	}
	if (program === 'curl' || program === 'wget') return download(program, rest)
	if (program === 'kill' && rest[0] === '-0') return undefined
	if (program === 'kill' && rest[0] === '-l') return undefined
	if (program === 'mount' && rest.length === 0) return undefined
	const does = Object.hasOwn(writers, program) ? writers[program] : undefined
	if (does !== undefined) return `\`${program}\` ${does}`
	const verb = Object.hasOwn(verbs, program) ? rest.find((word) => saysOneOf(word, program)) : undefined
	return verb === undefined ? undefined : `\`${program} ${verb}\` changes it`
}

function saysOneOf(word: string, program: string): boolean {
	const known = verbs[program]
	if (known === undefined) return false
	if (known.has(word) || known.has(word.replace(/=.*$/s, ''))) return true
	return program === 'sed' && /^-[nErsuz]*i/.test(word)
}

/** The words of the program that a wrapper runs. */
function wrapped(wrapper: string, words: readonly string[]): readonly string[] {
	const valued = wrappers[wrapper] ?? new Set<string>()
	let at = 0
	// `timeout 5 program`: the duration is no program either.
	let skips = wrapper === 'timeout' ? 1 : 0
	for (; at < words.length; at++) {
		const word = words[at] ?? ''
		if (valued.has(word)) at++
		else if (word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)) continue
		else if (skips > 0) skips--
		else break
	}
	return words.slice(at)
}

/** curl and wget write files by some options; what goes to the terminal or away is none. */
function download(program: string, words: readonly string[]): string | undefined {
	if (program === 'wget') {
		const to = words.findIndex((word) => /^-[a-z]*O|^--output-document/.test(word))
		const target =
			to < 0 ? undefined : (words[to]?.match(/^(?:-[a-z]*O|--output-document=)(.+)$/)?.[1] ?? words[to + 1])
		return target === '-' || target === '/dev/null' || words.includes('--spider') ? undefined : '`wget` writes a file'
	}
	for (const [index, word] of words.entries()) {
		if (word === '-O' || word === '--remote-name' || word === '-J') return '`curl` writes a file'
		const target = word === '-o' || word === '--output' ? words[index + 1] : /^--output=(.*)$/s.exec(word)?.[1]
		if (target !== undefined && target !== '-' && target !== '/dev/null') return '`curl -o` writes a file'
	}
	return undefined
}

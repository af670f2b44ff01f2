import { quoteWord, splitAssignment, splitWords } from '../../text/argv.ts'

const OTHER_SERVERS =
	/(?:^|\/)(uvicorn|hypercorn|daphne|uwsgi|uwsgi-core|waitress-serve|flask|granian|bjoern|mod_wsgi-express|circusd|supervisord|chaussette|meinheld|twistd)(?:$|[\d.]*$)/

/** What a command line runs in the end. */
export interface Command {
	readonly server: string
	readonly binary: string
	readonly python?: string | undefined
	readonly words: readonly string[]
	readonly shell: boolean
	readonly activated?: string | undefined
	readonly assignments: readonly (readonly [string, string])[]
	readonly folder?: string | undefined
}

/** A shell's text cut into its simple commands. Separators in quotes do not count. */
const simpleCommands = (script: string): readonly string[] => {
	const commands: string[] = []
	let from = 0
	let quote = ''
	for (let at = 0; at < script.length; at += 1) {
		const char = script[at] ?? ''
		if (quote !== '') {
			if (char === quote) quote = ''
		} else if (char === '"' || char === "'") quote = char
		else if (char === ';' || char === '\n' || ((char === '&' || char === '|') && script[at + 1] === char)) {
			commands.push(script.slice(from, at))
			if (char === '&' || char === '|') at += 1
			from = at + 1
		}
	}
	commands.push(script.slice(from))
	return commands.map((command) => command.trim()).filter((command) => command !== '')
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Wrappers that run the rest of the line, those of the first line behind the word `run`. */
const WRAPPERS = [
	/^(?:poetry|pipenv|uv|pdm|hatch|rye|conda|dotenv)$/,
	/^(?:exec|nohup|command|time|setsid|newrelic)$/,
] as const

/** The commands behind a shell's `-c`. */
const scriptOf = (words: readonly string[]): string | undefined => {
	const flag = words.findIndex((word, at) => at > 0 && /^-\w*c\w*$/.test(word))
	const script = words[flag + 1]
	if (flag < 0 || script === undefined || /\s/.test(script)) return flag < 0 ? undefined : script
	// ps and `systemctl show` print the words without their quotes.
	return words
		.slice(flag + 1)
		.map((word) => (/\s/.test(word) ? quoteWord(word) : word))
		.join(' ')
}

/** Takes off what stands before Gunicorn: `env`, assignments, wrappers, shells. Undefined when no server is in it. */
export const unwrap = (words: readonly string[], depth = 0): Command | undefined => {
	const assignments: (readonly [string, string])[] = []
	let rest = words
	let python: string | undefined
	for (let step = 0; step < 40 && rest.length > 0; step += 1) {
		const first = rest[0] ?? ''
		const base = baseName(first)
		const assignment = splitAssignment(first)
		if (assignment !== undefined) {
			assignments.push(assignment)
			rest = rest.slice(1)
		} else if (base === 'env') {
			rest = rest.slice(1)
			while ((rest[0] ?? '').startsWith('-'))
				rest = rest.slice(/^(?:-u|-C|--unset|--chdir)$/.test(rest[0] ?? '') ? 2 : 1)
		} else if (/^(?:ba|da|z|k)?sh$/.test(base) && depth < 4) {
			const script = scriptOf(rest)
			return script === undefined ? undefined : readScript(script, assignments, depth)
		} else if (WRAPPERS.some((names) => names.test(base))) {
			rest = rest.slice(WRAPPERS[0].test(base) && rest[1] === 'run' ? 2 : 1)
			while ((rest[0] ?? '').startsWith('-'))
				rest = rest.slice(/^(?:-n|-p|-f|--name|--prefix|--project|--directory|--env-file)$/.test(rest[0] ?? '') ? 2 : 1)
		} else if (
			/^(?:newrelic-admin|ddtrace-run|opentelemetry-instrument|sudo|chpst|setpriv|nice|ionice|stdbuf|numactl|tini|dumb-init|systemd-cat|xvfb-run|authbind|with-contenv)$/.test(
				base,
			)
		) {
			rest = rest.slice(1)
			const server = rest.findIndex((word) => /gunicorn|python|uvicorn|uwsgi|flask/.test(word))
			rest = server < 0 ? [] : rest.slice(server)
		} else if (/^(?:python|pypy)[\d.]*$/.test(base)) {
			python = first
			rest = rest.slice(1)
			while (/^-[A-Za-ln-z]/.test(rest[0] ?? '')) rest = rest.slice(/^-[WX]$/.test(rest[0] ?? '') ? 2 : 1)
			if (rest[0] === '-m') {
				const module = rest[1] ?? ''
				const server = module.split('.')[0] ?? module
				return { server, binary: module, words: rest.slice(2), shell: false, python, assignments }
			}
			if (/(?:^|\/)(?:app|main|manage|run|wsgi|server)\.py$/.test(rest[0] ?? ''))
				return { server: 'python', binary: rest[0] ?? '', words: rest.slice(1), shell: false, python, assignments }
		} else if (/^gunicorn(?:3|_django|_paster|-?[\d.]+)?$/.test(base))
			return { server: 'gunicorn', binary: first, words: rest.slice(1), shell: false, python, assignments }
		else {
			const server = OTHER_SERVERS.exec(first)?.[1]
			if (server === undefined) return undefined
			return { server, binary: first, words: rest.slice(1), shell: false, python, assignments }
		}
	}
	return undefined
}

const readScript = (
	script: string,
	before: readonly (readonly [string, string])[],
	depth: number,
): Command | undefined => {
	let activated: string | undefined
	let folder: string | undefined
	const assignments = [...before]
	for (const simple of simpleCommands(script)) {
		const words = splitWords(simple)
		const [first = '', second = ''] = words
		if ((first === 'source' || first === '.') && /\/bin\/activate$|^bin\/activate$/.test(second))
			activated = second.replace(/\/?bin\/activate$/, '') || '.'
		else if (first === 'cd') folder = second
		else if (first === 'export')
			assignments.push(
				...words
					.slice(1)
					.map(splitAssignment)
					.filter((pair) => pair !== undefined),
			)
		else {
			const found = unwrap(words, depth + 1)
			if (found !== undefined) {
				return {
					...found,
					shell: true,
					assignments: [...assignments, ...found.assignments],
					activated: activated ?? found.activated,
					folder: folder ?? found.folder,
				}
			}
		}
	}
	return undefined
}

import type { Command, Option } from 'commander'
import type { TerminalStreams } from '../terminal/streams.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

/** `runtree completion SHELL`: a script for the shell, made from the command line's own definition. */
export async function completion(shell: Shell, program: Command, { stdout }: TerminalStreams): Promise<number> {
	const verbs = program.commands.map(verbOf)
	const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }
	stdout.write(scripts[shell](verbs))
	return 0
}

interface VerbWords {
	readonly name: string
	readonly about: string
	readonly options: readonly OptionWords[]
	/** What its arguments may be, when that is a short list. */
	readonly choices: readonly string[]
	/** It is given a session. */
	readonly session: boolean
}

interface OptionWords {
	readonly flag: string
	readonly about: string
	readonly value: boolean
	readonly choices: readonly string[]
}

function verbOf(command: Command): VerbWords {
	const given = command.registeredArguments
	return {
		name: command.name(),
		about: command.description(),
		options: command.options.flatMap((option) => optionOf(option) ?? []),
		choices: given.flatMap((argument) => argument.argChoices ?? []),
		session: given.some((argument) => argument.name() === 'session'),
	}
}

function optionOf({ long, description, required, optional, argChoices }: Option): OptionWords | undefined {
	if (!long) return undefined
	return { flag: long, about: description, value: required || optional, choices: argChoices ?? [] }
}

/** Prints the ids of the sessions; quiet when there are none. */
const SESSIONS = "runtree sessions 2>/dev/null | cut -d' ' -f1"

const HOW = {
	bash: 'source <(runtree completion bash)',
	zsh: 'source <(runtree completion zsh)',
	fish: 'runtree completion fish | source',
}

function bashScript(verbs: readonly VerbWords[]): string {
	const values = verbs.flatMap(({ name, options }) =>
		options
			.filter(({ choices }) => choices.length > 0)
			.map(({ flag, choices }) => `\t\t'${name} ${flag}') words='${choices.join(' ')}' ;;`),
	)
	const files = verbs.flatMap(({ name, options }) =>
		options.filter(({ value, choices }) => value && choices.length === 0).map(({ flag }) => `'${name} ${flag}'`),
	)
	const words = verbs.map(({ name, options, choices, session }) => {
		const all = [...options.map(({ flag }) => flag), '--help', ...choices].join(' ')
		return `\t\t\t${name}) words="${all}${session ? ` $(${SESSIONS})` : ''}" ;;`
	})
	return `# runtree in bash: ${HOW.bash}
_runtree() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]} words
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W '${verbs.map(({ name }) => name).join(' ')} --help --version' -- "$cur"))
		return
	fi
	case "$verb $prev" in
${values.join('\n')}
		${files.join('|')}) COMPREPLY=(); return ;;
		*)
			case "$verb" in
${words.map((line) => `\t${line}`).join('\n')}
			esac
			;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _runtree runtree
`
}

function zshScript(verbs: readonly VerbWords[]): string {
	const described = verbs.map(({ name, about }) => `\t\t${quoted(`${name}:${about}`)}`)
	const cases = verbs.map(({ name, options, choices, session }) => {
		const specs = options.map(({ flag, about, value, choices: allowed }) => {
			const what = `${flag}[${about.replace(/[[\]]/g, '')}]`
			return quoted(value ? `${what}:value:${allowed.length > 0 ? `(${allowed.join(' ')})` : '_files'}` : what)
		})
		const rest = choices.length > 0 ? `(${choices.join(' ')})` : session ? `($(${SESSIONS}))` : '_files'
		specs.push(session ? `"*:session:${rest}"` : quoted(`*:argument:${rest}`))
		return `\t\t${name}) _arguments ${specs.join(' ')} ;;`
	})
	return `#compdef runtree
# runtree in zsh: ${HOW.zsh}
_runtree() {
	local -a verbs=(
${described.join('\n')}
	)
	if (( CURRENT == 2 )); then
		_describe verb verbs
		return
	fi
	shift words
	(( CURRENT-- ))
	case $words[1] in
${cases.join('\n')}
	esac
}
compdef _runtree runtree
`
}

function fishScript(verbs: readonly VerbWords[]): string {
	const lines = verbs.flatMap(({ name, about, options, choices, session }) => {
		const inVerb = `complete -c runtree -n '__fish_seen_subcommand_from ${name}'`
		return [
			`complete -c runtree -f -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
			...options.map(({ flag, about: what, value, choices: allowed }) => {
				const argument = allowed.length > 0 ? ` -x -a '${allowed.join(' ')}'` : value ? ' -r' : ''
				return `${inVerb} -l ${flag.slice(2)}${argument}${what === '' ? '' : ` -d ${quoted(what)}`}`
			}),
			...(choices.length > 0 ? [`${inVerb} -f -a '${choices.join(' ')}'`] : []),
			...(session ? [`${inVerb} -f -a "(${SESSIONS})"`] : []),
		]
	})
	return `# runtree in fish: ${HOW.fish}\n${lines.join('\n')}\n`
}

/** One word, for each of the three shells. */
function quoted(text: string): string {
	return `'${text.replaceAll("'", '’')}'`
}

import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { exitCodes } from '../app/exit-codes.ts'
import { scoring } from '../app/practice/scoring.ts'
import { printing } from '../app/printing.ts'
import { UserError } from '../app/user-error.ts'
import { nearestOr } from '../flow/nearest.ts'
import type { TerminalStreams } from '../terminal/streams.ts'
import { printable } from '../text/unprintable.ts'
import { version } from '../version.ts'
import type { Shell } from './completion.ts'

/** Runs one verb and gives the exit code. Each verb lives in a file of its own, loaded when it is called. */
export async function runProgram(words: readonly string[], streams: TerminalStreams): Promise<number> {
	let code: number = exitCodes.ok
	const verb =
		<Words extends unknown[]>(action: (...words: Words) => Promise<number>) =>
		async (...given: Words): Promise<void> => {
			code = await action(...given)
		}
	const program = buildProgram(streams, verb)
	try {
		await program.parseAsync([...words], { from: 'user' })
		return code
	} catch (error) {
		return explain(error, program, words, streams)
	}
}

/** One sentence for what a person can mend; a bug says so, without a stack trace. */
function explain(error: unknown, program: Command, words: readonly string[], streams: TerminalStreams): number {
	const say = (sentence: string): void => {
		streams.stderr.write(`runtree: ${printable(/[.?!]$/.test(sentence) ? sentence : `${sentence}.`)}\n`)
	}
	if (!isThere()) {
		say('the folder that this was started in is not there any more; go to another one')
		return exitCodes.usage
	}
	if (error instanceof CommanderError) {
		// --help and --version arrive here too, and have printed what they print.
		if (error.exitCode === 0) return exitCodes.ok
		say(usageSentence(error, program, words))
		return exitCodes.usage
	}
	if (error instanceof UserError) {
		say(error.message)
		return error.exitCode
	}
	const message = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
	say(`something went wrong inside runtree (${message}), which is a defect of it; a session's journal is kept`)
	if (streams.env.RUNTREE_DEBUG && error instanceof Error) streams.stderr.write(`${error.stack}\n`)
	return exitCodes.internal
}

/** The working directory may have been removed: nothing relative to it can be found then. */
function isThere(): boolean {
	try {
		process.cwd()
		return true
	} catch {
		return false
	}
}

/** Commander's complaint as one sentence, with the help that has the answer. */
function usageSentence({ code, message }: CommanderError, program: Command, words: readonly string[]): string {
	const verbs = program.commands.map((command) => command.name())
	const verb = words.find((one) => verbs.includes(one))
	const help = `\`runtree${verb === undefined ? '' : ` ${verb}`} --help\``
	const word = words.find((one) => !one.startsWith('-'))
	if (verb === undefined && word !== undefined && code === 'commander.excessArguments') {
		return `there is no verb "${word}"; ${nearestOr(word, verbs, `${help} lists them`)}`
	}
	const said = message.replace(/^error: /, '').replace(/\n\(Did you mean (.*?)\?\)/, '; did you mean $1?')
	return said.endsWith('?') ? said : `${said.replace(/\.$/, '')}; see ${help}`
}

type Verb = <Words extends unknown[]>(
	action: (...words: Words) => Promise<number>,
) => (...given: Words) => Promise<void>

/** The command line as Commander has it: help and completion are made from it. */
function buildProgram(streams: TerminalStreams, verb: Verb): Command {
	/** For verbs that print and draw nothing. */
	const documents = { ...streams, stdout: printing(streams.stdout) }
	const program = new Command('runtree')
		.description(
			'A troubleshooting runbook that runs: guided sessions in the terminal, from the first curl to a fixed stack.',
		)
		.version(version, '-V, --version')
		.exitOverride()
		.configureOutput({
			writeOut: (text) => streams.stdout.write(text),
			writeErr: (text) => streams.stderr.write(text),
			// Said once, as a sentence, where all errors are said.
			outputError: () => {},
		})
		.showSuggestionAfterError()
		.helpCommand('help [verb]', 'show the help of a verb')
		.allowExcessArguments(false)
		.addHelpText('after', HELP_AFTER)
		.action(verb(async () => (await import('./home.ts')).home(documents)))

	program
		.command('run')
		.description('walk through a flow on a host, step by step')
		.argument('<flow>', 'a flow by its name, or the path of a flow.yaml')
		.addOption(onOption())
		.addOption(setOption())
		.option('--path <path>', 'start at another way in that the flow offers (such as quick-fix)')
		.option('--dry-run', 'show the commands as they would be run, and run none')
		.addOption(plainOption())
		.option('--no-motion', 'no spinner')
		.addOption(inspectOption())
		.action(verb(async (flow: string, options) => (await import('./run.ts')).run(flow, options, streams)))

	program
		.command('practice')
		.description('learn a flow on a recorded host: nothing is executed')
		.argument('[flow]', 'the flow to practise (flask-502 when left out)')
		.argument('[scenario]', 'a recorded host: its number, name or file; you choose from a list when it is left out')
		.option('--quiz', 'say at each step what the output shows before it is told, and get a score')
		.option('--list', 'list the recorded hosts')
		.option('--history', 'list your score cards')
		.option('--json', 'with --list or --history: as JSON')
		.option('--random', 'take one at random')
		.option('--live [fault]', 'break a real host in a container (podman, as root) and practise on that')
		.addHelpText('after', ({ command }) => `\n${command.createHelp().boxWrap(`A quiz's score: ${scoring}`, 80)}`)
		.option('--speed <factor>', 'how much faster than recorded the answers come', positiveNumber, 4)
		.addOption(plainOption())
		.option('--no-motion', 'no spinner')
		.action(
			verb(async (flow: string | undefined, scenario: string | undefined, options) =>
				(await import('./practice.ts')).practice([flow, scenario], options, streams),
			),
		)

	program
		.command('diagnose')
		.description('find the cause unattended: probes only, nothing is changed')
		.argument('<flow>')
		.addOption(onOption())
		.addOption(setOption())
		.option('--json', 'the report as JSON')
		.option('--raw', 'with --json: leave the secrets in that the host told')
		.option('--timeout <seconds>', 'give up after that long', seconds)
		.addOption(inspectOption())
		.action(verb(async (flow: string, options) => (await import('./diagnose.ts')).diagnose(flow, options, documents)))

	program
		.command('explain')
		.description('say what output obtained elsewhere means: a paste, a ticket, a support bundle')
		.argument('<flow>')
		.argument('[step]', 'the step whose command printed it; the text itself tells when it is left out')
		.addOption(
			new Option('--set <name=value>', 'an input (url) or a fact (response.status) that is known (may be repeated)')
				.argParser(assignment)
				.default([], 'none'),
		)
		.option('--exit-code <number>', "the command's exit code, if known", exitCode)
		.option('--json', 'as JSON')
		.action(
			verb(async (flow: string, step: string | undefined, options) =>
				(await import('./explain.ts')).explain(flow, step, options, documents),
			),
		)

	program
		.command('resume')
		.description('go on with a session that was left or interrupted')
		.argument('[session]', 'its id, or the beginning of it; the latest one when it is left out')
		.addOption(
			new Option('--set <input=value>', 'a secret input, which the journal does not keep (may be repeated)')
				.argParser(assignment)
				.default([], 'asked for on a terminal'),
		)
		.addOption(plainOption())
		.option('--no-motion', 'no spinner')
		.action(
			verb(async (session: string | undefined, options) =>
				(await import('./resume.ts')).resume(session, options, streams),
			),
		)

	program
		.command('sessions')
		.description('list the sessions on this machine')
		.option('--json', 'as JSON')
		.action(verb(async (options) => (await import('./sessions.ts')).sessions(options, documents)))

	program
		.command('export')
		.description('write the transcript of a session to standard output')
		.argument('<session>', 'its id, the beginning of it, or the path of a journal')
		.addOption(new Option('--format <format>').choices(['md', 'html', 'json', 'cast']).default('md'))
		.action(
			verb(async (session: string, options) =>
				(await import('./export.ts')).exportSession(session, options, documents),
			),
		)

	program
		.command('check')
		.description('check flows without running anything')
		.argument('[flows...]', 'flows, files or folders; all known flows when left out')
		.action(verb(async (flows: string[]) => (await import('./check.ts')).check(flows, documents)))

	program
		.command('graph')
		.description('draw a flow')
		.argument('<flow>')
		.addOption(new Option('--format <format>').choices(['tree', 'mermaid', 'dot', 'xstate']).default('tree'))
		.action(verb(async (flow: string, options) => (await import('./graph.ts')).graph(flow, options, documents)))

	program
		.command('guide')
		.description('print a flow as a readable guide (Markdown)')
		.argument('<flow>')
		.action(verb(async (flow: string) => (await import('./guide.ts')).guide(flow, documents)))

	program
		.command('record')
		.description("record a host's answers as a scenario to practise and test on")
		.argument('<flow>')
		.addOption(onOption())
		.addOption(setOption())
		.requiredOption('--out <file>', 'the scenario file to write')
		.option('--name <name>', 'its name (the file name when left out)')
		.option('--title <title>', 'what an operator sees, without the answer')
		.addOption(new Option('--difficulty <level>').choices(['easy', 'medium', 'hard']).default('medium'))
		.option('--repair', "also run the cause's first remedy that needs no editor, and record the host after it")
		.option('--repair-with <command>', 'a command, run on this machine, that stands for a repair by hand')
		.option('--yes', 'do not ask before the remedy is run')
		.action(verb(async (flow: string, options) => (await import('./record.ts')).record(flow, options, documents)))

	program
		.command('test')
		.description('walk a flow over its scenarios and compare causes and paths')
		.argument('<flow>')
		.option('--junit <file>', 'also write JUnit XML')
		.option('--json', 'as JSON')
		.action(verb(async (flow: string, options) => (await import('./test.ts')).test(flow, options, documents)))

	program
		.command('replay')
		.description("show a session's commands and output again, in time; nothing is run")
		.argument('<session>', 'its id, the beginning of it, or the path of a journal')
		.option('--speed <factor>', 'how much faster than it was', positiveNumber, 1)
		.action(verb(async (session: string, options) => (await import('./replay.ts')).replay(session, options, documents)))

	program
		.command('verify')
		.description("check whether a session's journal is whole")
		.argument('<session>', 'its id, the beginning of it, or the path of a journal')
		.action(verb(async (session: string) => (await import('./verify.ts')).verify(session, documents)))

	program
		.command('trust')
		.description('approve a flow that does not come with runtree, as it is now')
		.argument('<flow>', 'the path of a flow.yaml, or its id')
		.action(verb(async (flow: string) => (await import('./trust.ts')).trust(flow, documents)))

	program
		.command('new')
		.description('write a small flow to begin with to ./flows/<flow>/flow.yaml')
		.argument('<flow>', 'its id: lower-case letters, digits and dashes')
		.action(verb(async (flow: string) => (await import('./new.ts')).newFlow(flow, documents)))

	program
		.command('completion')
		.description('print a script that completes verbs and options in a shell')
		.addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
		.action(verb(async (shell: Shell) => (await import('./completion.ts')).completion(shell, program, streams)))

	for (const command of program.commands) command.exitOverride().showSuggestionAfterError()
	return program
}

const HELP_AFTER = `
Targets (--on):  local (default), podman://NAME, docker://NAME, recorded:FILE
Exit codes:      0 healthy, resolved or done   1 a cause was found and stands
                 2 wrong usage or a bad flow   3 inconclusive
                 4 the target is unreachable   5 stopped, or an answer is needed
                 70 a defect of runtree          and nobody is there to give it
                 130 interrupted

Examples:
  runtree practice                                   learn on a recorded host
  runtree run flask-502                              walk through on this host
  runtree run flask-502 --on podman://web --set url=http://127.0.0.1/shop
  runtree export 2026-11-21 > postmortem.md          the transcript of a session`

function onOption(): Option {
	return new Option('--on <target>', 'where the commands run').default('local')
}

function plainOption(): Option {
	return new Option('--plain', 'print lines instead of the full-screen interface')
}

function inspectOption(): Option {
	return new Option(
		'--inspect [file]',
		"write what the state machines do, for Stately's inspector: no output, no values",
	)
}

function setOption(): Option {
	return new Option('--set <input=value>', "a value for one of the flow's inputs (may be repeated)")
		.argParser(assignment)
		.default([], 'the defaults of the flow')
}

function assignment(text: string, before: readonly (readonly [string, string])[]) {
	const at = text.indexOf('=')
	if (at <= 0) throw new InvalidArgumentError('It has the form input=value, such as url=http://127.0.0.1/.')
	return [...before, [text.slice(0, at), text.slice(at + 1)] as const]
}

function exitCode(text: string): number {
	const code = /^\d{1,3}$/.test(text) ? Number(text) : 256
	if (code > 255) throw new InvalidArgumentError('It must be a whole number from 0 to 255.')
	return code
}

/** No timer of Node is longer: a longer one would end at once. */
const LONGEST_SECONDS = 2_147_483

function seconds(text: string): number {
	return Math.min(positiveNumber(text), LONGEST_SECONDS)
}

function positiveNumber(text: string): number {
	const value = Number(text)
	if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0.')
	return value
}

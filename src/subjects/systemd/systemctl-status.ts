import { splitWords } from '../../text/argv.ts'
import { cutLines } from '../../text/cut-lines.ts'
import { createFactSheet } from '../../text/fact-sheet.ts'
import type { FactSchema, OutputLine, Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'
import { JOURNAL_ARGS, JOURNAL_FACTS, readGunicornLog } from '../gunicorn/journal.ts'
import { readOptions } from '../gunicorn/options.ts'
import { unwrap } from '../linux/server-command.ts'

const FACTS = {
	unit: 'string',
	description: 'string',
	loadState: 'string',
	unitFileState: 'string',
	fragmentPath: 'string',
	dropIns: 'list<string>',
	activeState: 'string',
	subState: 'string',
	result: 'string',
	/** When it came into this state, as it stands there. */
	since: 'string',
	active: 'bool',
	failed: 'bool',
	restarting: 'bool',
	enabled: 'bool',
	masked: 'bool',
	notFound: 'bool',
	/** Changed on disk since systemd read it; never false, since the warning may have been lost. */
	needReload: 'bool',
	startLimitHit: 'bool',
	mainPid: 'int',
	mainProcess: 'string',
	/** `exited`, `killed` or `dumped`. */
	exitCode: 'string',
	exitStatus: 'int',
	exitName: 'string',
	signal: 'string',
	execStart: 'string',
	/** The application that `execStart` has Gunicorn load: `wsgi:app`. */
	app: 'string',
	triggeredBy: 'list<string>',
	tasks: 'int',
	/** systemd could not be asked (no bus, no permission). */
	notAccessible: 'bool',
	/** What the log's tail tells. */
	log: JOURNAL_FACTS,
} as const satisfies FactSchema

const HEAD =
	/^(?:\S{1,3} )?([\w@:.\\-]{1,250}\.(?:service|socket|timer|target|slice|scope|mount|path|device))(?: - (.*))?$/
const NOT_FOUND = /^Unit ([\w@:.\\-]{1,250}) could not be found\.?$/
const CHANGED = /^Warning: .{0,200}changed on disk|^Warning: (?:Unit file|The unit file).{0,250}changed on disk/

interface Block {
	readonly unit: string
	readonly lines: OutputLine[]
}

/** The parts of the output that are about one unit each. */
const readBlocks = (lines: readonly OutputLine[]): readonly Block[] => {
	const blocks: Block[] = []
	let body = false
	lines.forEach((line, index) => {
		const head = HEAD.exec(line.text)
		const follows = lines[index + 1]?.text ?? ''
		if (head !== null && /^\s{2,}\w[\w ]{1,20}: /.test(follows)) {
			blocks.push({ unit: head[1] ?? '', lines: [line] })
			body = true
		} else if (body) blocks.at(-1)?.lines.push(line)
	})
	return blocks
}

function appOf(execStart: string | undefined): string | undefined {
	const command = unwrap(splitWords(execStart ?? ''))
	return command?.server === 'gunicorn' ? readOptions(command.words).positional[0] : undefined
}

/** `systemctl status UNIT…`, as people read it. */
export const systemctlStatusParser: Parser = {
	name: 'systemctl-status',
	summary: 'the state of a unit, and the tail of its log',
	facts: FACTS,
	args: JOURNAL_ARGS,
	parse: (input) => {
		const { args } = input
		const lines = plainLines(input)
		const sheet = createFactSheet()
		const wanted = typeof args.unit === 'string' ? args.unit.replace(/\.service$/, '') : undefined
		const isWanted = (unit: string): boolean => wanted === undefined || unit.replace(/\.service$/, '') === wanted
		const denied = lines.find(({ text }) =>
			/Failed to connect to bus|Failed to get (?:properties|journal)|Access denied|System has not been booted with systemd|Connection timed out/.test(
				text,
			),
		)
		if (denied !== undefined) sheet.set('notAccessible', true, denied.number)
		const blocks = readBlocks(lines)
		const block =
			blocks.find(({ unit }) => isWanted(unit)) ?? (wanted === undefined || blocks.length === 1 ? blocks[0] : undefined)
		const changed = lines.find(
			({ text }) => CHANGED.test(text) && (wanted === undefined || text.includes(wanted) || block === undefined),
		)
		if (block === undefined) {
			const missing = lines.find(({ text }) => {
				const unit = NOT_FOUND.exec(text)?.[1]
				return unit !== undefined && isWanted(unit)
			})
			if (missing !== undefined) {
				sheet.set('unit', NOT_FOUND.exec(missing.text)?.[1], missing.number)
				for (const name of ['active', 'failed', 'restarting', 'enabled', 'masked'])
					sheet.set(name, false, missing.number)
				sheet.set('notFound', true, missing.number)
				sheet.set('loadState', 'not-found', missing.number)
				sheet.set('activeState', 'inactive', missing.number)
			}
			return sheet.parsed()
		}
		const head = block.lines[0]
		sheet.set('unit', block.unit, head?.number)
		sheet.set('description', HEAD.exec(head?.text ?? '')?.[2], head?.number)
		// The warning goes to standard error, which may not be here: its absence tells nothing.
		if (changed !== undefined) sheet.set('needReload', true, changed.number)
		const gap = block.lines.findIndex((line, index) => index > 0 && line.text.trim() === '')
		const body = block.lines.slice(1, gap < 0 ? undefined : gap)
		let field = ''
		const dropIns: { path: string; line: number }[] = []
		let folder = ''
		for (const line of body) {
			const labelled = /^\s{0,16}([A-Z][\w ]{1,20}): (.*)$/.exec(line.text)
			if (labelled !== null) field = labelled[1] ?? ''
			const value = (labelled?.[2] ?? line.text).trim()
			const number = line.number
			if (field === 'Drop-In') {
				if (labelled !== null) folder = value
				else
					dropIns.push(
						...value
							.replace(/^(?:[└├]─|[|`]-)/, '')
							.split(', ')
							.map((name) => ({ path: name.startsWith('/') ? name : `${folder}/${name}`, line: number })),
					)
				if (/^\//.test(value) && labelled === null) folder = value
				continue
			}
			// `Drop-In` is the only label with a hyphen.
			if (/^\s*Drop-In: /.test(line.text)) {
				field = 'Drop-In'
				folder = line.text.slice(line.text.indexOf(': ') + 2).trim()
				continue
			}
			if (labelled === null) continue
			if (field === 'Loaded') {
				const state = /^([\w-]{1,20})/.exec(value)?.[1]
				sheet.set('loadState', state, number)
				const inside = /\(([^)]{0,600})\)/.exec(value)?.[1] ?? ''
				const parts = inside.split('; ')
				if (parts[0]?.startsWith('/')) sheet.set('fragmentPath', parts[0], number)
				const file = parts.find((part) =>
					/^(?:enabled|disabled|static|masked|linked|indirect|generated|alias|transient|bad)(?:-runtime)?$/.test(part),
				)
				sheet.set('unitFileState', file ?? (state === 'masked' ? 'masked' : undefined), number)
				if (file !== undefined) sheet.set('enabled', /^(?:enabled|static|generated|alias|transient)/.test(file), number)
				sheet.set('masked', state === 'masked', number)
				sheet.set('notFound', state === 'not-found', number)
			} else if (field === 'Active') {
				const state = /^([\w-]{1,20})(?: \(([^)]{1,60})\))?/.exec(value)
				const activeState = state?.[1] ?? ''
				const subState = state?.[2] ?? ''
				sheet.set('activeState', activeState, number)
				if (subState !== '' && !subState.startsWith('Result:')) sheet.set('subState', subState, number)
				else if (activeState === 'failed') sheet.set('subState', 'failed', number)
				const result = /\(Result: ([\w-]{1,40})\)/.exec(value)?.[1]
				sheet.set('result', result, number)
				sheet.set('startLimitHit', result === 'start-limit-hit' || result === 'start-limit', number)
				sheet.set('active', /^(?:active|reloading|refreshing)$/.test(activeState), number)
				sheet.set('failed', activeState === 'failed', number)
				sheet.set('restarting', activeState === 'activating' && subState.startsWith('auto-restart'), number)
				sheet.set('since', / since ([^;]{5,60});/.exec(value)?.[1], number)
			} else if (field === 'Main PID' || field === 'Process') {
				const pid = /^(\d{1,10})/.exec(value)?.[1]
				const inside = /\((code=[^()]{1,200})\)\s*$/.exec(value)?.[1]
				if (field === 'Main PID' && pid !== undefined) {
					// A main process that has ended leaves its number behind.
					sheet.set('mainPid', inside === undefined ? Number(pid) : 0, number)
					if (inside === undefined) sheet.set('mainProcess', /\(([^()]{1,60})\)/.exec(value)?.[1], number)
				}
				if (field === 'Process') {
					const exec = /ExecStart=(.*?) \(code=[^()]{1,200}\)\s*$/.exec(value)?.[1]
					if (exec?.includes('…') !== true) {
						sheet.set('execStart', exec, number)
						sheet.set('app', appOf(exec), number)
					}
					if (exec === undefined) continue
				}
				if (inside !== undefined) {
					sheet.set('exitCode', /^code=(\w{1,20})/.exec(inside)?.[1], number)
					const status = /status=(\d{1,3})(?:\/([\w-]{1,40}))?/.exec(inside)
					if (status !== null) {
						sheet.set('exitStatus', Number(status[1]), number)
						sheet.set('exitName', status[2], number)
					}
					sheet.set('signal', /signal=(\w{1,20})/.exec(inside)?.[1], number)
				}
			} else if (field === 'Tasks') {
				const tasks = /^(\d{1,9})/.exec(value)?.[1]
				if (tasks !== undefined) sheet.set('tasks', Number(tasks), number)
			}
		}
		if (dropIns.length > 0)
			sheet.set(
				'dropIns',
				dropIns.map(({ path }) => path),
				...dropIns.map(({ line }) => line),
			)
		const triggers = body.filter(({ text }) => /^\s{0,16}TriggeredBy: /.test(text))
		if (triggers.length > 0) {
			const first = body.findIndex(({ text }) => /^\s{0,16}TriggeredBy: /.test(text))
			const names = body.slice(first).filter(({ text }, index) => index === 0 || /^\s{8,}\S \S+\.socket$/.test(text))
			const units = names.flatMap(({ text }) => text.match(/[\w@:.\\-]{1,200}\.socket/g) ?? [])
			sheet.set('triggeredBy', units, ...names.map(({ number }) => number))
		} else sheet.set('triggeredBy', [])
		const tail = gap < 0 ? [] : block.lines.slice(gap + 1)
		const end = tail.findIndex(({ text }) => /^(?:Warning|Hint|Notice): /.test(text))
		const log = end < 0 ? tail : tail.slice(0, end)
		if (log.some(({ text }) => text.trim() !== '')) {
			const { unit: _unit, ...rest } = args
			const about = wanted === undefined ? rest : { ...rest, unit: block.unit }
			sheet.nest('log', readGunicornLog(log, about, cutLines(block.lines)))
		}
		return sheet.parsed()
	},
}

import { createHash } from 'node:crypto'
import type { Branch, Cause, Destination, Flow, FlowCommand, FlowInput, ParseRule, Step } from './flow.ts'
import {
	milliseconds,
	type WrittenBranch,
	type WrittenCause,
	type WrittenCommand,
	type WrittenFlow,
	type WrittenStep,
} from './schema.ts'

const DEFAULT_TIMEOUT_MS = 30_000

/**
 * A flow as it is used, from one as it is written. `text`: the file, for its hash.
 */
export function assembleFlow(written: WrittenFlow, text: string): Flow {
	return {
		format: written.format,
		id: written.id,
		title: written.title,
		summary: written.summary,
		inputs: mapValues(written.inputs, (input): FlowInput => defined(input)),
		start: written.start,
		paths: written.paths,
		steps: mapValues(written.steps, assembleStep),
		causes: mapValues(written.causes, assembleCause),
		checklist: written.checklist,
		hash: createHash('sha256').update(text).digest('hex'),
	}
}

function assembleStep(written: WrittenStep, id: string): Step {
	return {
		id,
		title: written.title,
		...(written.label === undefined ? {} : { label: written.label }),
		guide: written.guide,
		manual: written.manual,
		retest: written.retest,
		run: written.run.map((command) => assembleCommand(command, written.timeout)),
		branches: written.branches.map(assembleBranch),
		faq: written.faq,
		source: written.source,
	}
}

function assembleCommand(written: WrittenCommand, stepTimeout: string | number | undefined): FlowCommand {
	const timeout = written.timeout ?? stepTimeout
	return {
		command: written.command,
		effect: written.effect,
		privilege: written.privilege,
		timeoutMs: (timeout === undefined ? undefined : milliseconds(timeout)) ?? DEFAULT_TIMEOUT_MS,
		interactive: written.interactive,
		...defined({ if: written.if, undo: written.undo }),
		parse: Object.entries(written.parse).map(
			([parser, target]): ParseRule =>
				typeof target === 'string' ? { parser, as: target, with: {} } : { parser, as: target.as, with: target.with },
		),
	}
}

function assembleBranch(written: WrittenBranch): Branch {
	return {
		rule: ruleOf(written),
		say: written.say ?? written.ask ?? '',
		to: destinationOf(written),
		set: written.set,
		evidence: written.evidence,
		source: written.source,
	}
}

function ruleOf({ when, choice }: WrittenBranch): Branch['rule'] {
	if (when !== undefined) return { kind: 'when', condition: when }
	if (choice !== undefined) return { kind: 'choice', label: choice }
	return { kind: 'otherwise' }
}

function destinationOf({ goto, cause, end, ask }: WrittenBranch): Destination {
	if (goto !== undefined) return { kind: 'goto', step: goto }
	if (cause !== undefined) return { kind: 'cause', cause }
	if (end !== undefined) return { kind: 'end', outcome: end }
	return { kind: 'ask', question: ask ?? '' }
}

function assembleCause(written: WrittenCause, id: string): Cause {
	const { remedy = [], manual, title, why, prevent, source } = written
	return {
		id,
		title,
		why,
		remedies: typeof remedy === 'string' ? [remedy] : remedy,
		...defined({ manual }),
		prevent,
		source,
	}
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
	[K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The same without keys that are undefined. */
function defined<T extends object>(value: T): Defined<T> {
	return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Record<string, B> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}

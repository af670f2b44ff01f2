import type { Phase } from '../machine/machine.ts'
import type { WalkEvent } from '../machine/types.ts'
import type { Intent, KeyContext } from './keymap.ts'

/**
 * What the operator sees, as plain data: everything that is shown and everything that can be done now, in words.
 * The terminal UI and the plain front end are two printers of this.
 */

export interface ScreenModel {
	readonly phase: Phase
	/** The table of keys that counts here. */
	readonly context: KeyContext
	/** Changes whenever the operator faces something new: selection and scrolling start over. */
	readonly moment: string
	readonly header: HeaderModel
	readonly trail: readonly TrailItem[]
	/** What can come next, by name. */
	readonly ahead: readonly string[]
	readonly step: StepModel
	readonly outputs: readonly OutputModel[]
	/** Which of `outputs` to show first. */
	readonly shownOutput: number
	/** What was found or is asked, in the step that is being decided. */
	readonly verdict: VerdictModel | null
	readonly choices: readonly ChoiceModel[]
	/** Index of the choice that Enter takes unless the operator selects another; null when nothing is recommended. */
	readonly recommended: number | null
	/** What Enter does while the operator has selected nothing. `choose`: it asks to choose. */
	readonly enter: 'choice' | 'rerun' | 'choose' | 'paste'
	/** Set on a host that runtree does not reach. */
	readonly byHand: ByHandModel | null
	readonly cause: CauseModel | null
	readonly confirm: ConfirmModel | null
	readonly summary: SummaryModel | null
	readonly why: readonly WhyModel[]
	readonly inputs: readonly InputModel[]
	readonly map: readonly MapItem[]
	/** Set in a quiz. */
	readonly quiz: QuizModel | null
	readonly actions: readonly ActionModel[]
}

interface HeaderModel {
	readonly title: string
	/** `web-1`, or `web-1 (recorded)`. */
	readonly host: string
	readonly recorded: boolean
	/** Number of this step in the walk, from 1. */
	readonly step: number
	/** How a quiz stands: `quiz, 1 wrong`. */
	readonly quiz?: string
	readonly warning?: string
}

export interface TrailItem {
	readonly label: string
	/** `passed`: left by what the evidence showed. `chosen`: by the operator's own choice. `cause`: it named a cause. */
	readonly state: 'passed' | 'chosen' | 'cause' | 'current'
}

/** A host on which the operator runs the commands. */
export interface ByHandModel {
	/** The probe, as it is typed there, whose output is asked for now. */
	readonly wanted: string | null
}

export interface StepModel {
	readonly id: string
	readonly title: string
	readonly guide: string
	readonly faq: readonly { readonly question: string; readonly answer: string }[]
	readonly manual: boolean
	readonly commands: readonly CommandModel[]
	/** What the step before it found: why the operator is here. */
	readonly because?: string
}

export type Badge = 'read' | 'changes' | 'destructive'

export interface CommandModel {
	readonly text: string
	/** As the operator types it, where that is the operator's to do. */
	readonly typed?: string
	readonly badge: Badge
	readonly root: boolean
	readonly edited: boolean
	readonly state: CommandState
	/** `exit 3, 0.2 s`, `left out: only for a unix socket`; empty while it waits. */
	readonly words: string
	readonly timeoutMs: number
	/** Epoch milliseconds; only while it runs. */
	readonly since?: number
}

/** `next`: it runs when the operator says so; `waiting`: after that one. */
export type CommandState = 'next' | 'waiting' | 'asked' | 'running' | 'ok' | 'failed' | 'stopped' | 'left-out'

export interface OutputModel {
	readonly run: string
	readonly command: string
	readonly running: boolean
	/** Line numbers that made the verdict, ascending. */
	readonly evidence: readonly number[]
}

export interface VerdictModel {
	readonly kind: 'finding' | 'question'
	readonly text: string
}

/** How a branch's condition came out; `open` for one that only the operator can choose. */
export type Mark = 'holds' | 'fails' | 'unknown' | 'open'

export interface ChoiceModel {
	/** What choosing it sends. */
	readonly event: WalkEvent
	/** What it means; of a choice that only the operator can make, its name. */
	readonly text: string
	/** What such a choice means. */
	readonly more?: string
	/** Where it leads: `Who listens`, `cause: port in use`. */
	readonly leads: string
	readonly mark: Mark
	readonly recommended: boolean
}

export interface CauseModel {
	readonly title: string
	/** What was found that names it. */
	readonly say: string
	readonly why: string
	readonly evidence: readonly EvidenceModel[]
	/** What to do by hand, where no remedy step does it. */
	readonly manual?: string
	readonly prevent: string
	/** False when the operator named it without evidence. */
	readonly supported: boolean
}

export interface EvidenceModel {
	/** The command that printed it, when that is known. */
	readonly command?: string
	readonly line: number
	readonly text: string
}

export interface ConfirmModel {
	readonly command: string
	readonly host: string
	readonly badge: Badge
	readonly root: boolean
	/** One sentence: what it does to the host. */
	readonly effect: string
	readonly undo?: string
	/** It gets the terminal until it ends: an editor. */
	readonly takesTerminal: boolean
	/** The host's name must be typed. */
	readonly typed: boolean
}

export interface SummaryModel {
	readonly outcome: 'good' | 'bad' | 'open'
	/** `Resolved: the retest no longer shows the fault.` */
	readonly verdict: string
	readonly causes: readonly { readonly title: string; readonly mended: boolean }[]
	readonly changes: readonly { readonly command: string; readonly words: string; readonly undo?: string }[]
	readonly checklist: readonly { readonly text: string; readonly state: 'passes' | 'fails' | 'not checked' }[]
	readonly session: string
	readonly folder: string
	/** The command that exports the transcript. */
	readonly exportWith: string
}

export interface WhyModel {
	readonly text: string
	/** The condition as the flow has it. */
	readonly condition: string
	readonly mark: Mark
	readonly reason?: string
	readonly reads: readonly string[]
	readonly taken: boolean
}

export interface InputModel {
	readonly name: string
	readonly title: string
	readonly value: string
	readonly help?: string
}

export interface MapItem {
	readonly step: string
	readonly label: string
	readonly depth: number
	readonly state: 'passed' | 'current' | 'ahead'
}

export interface ActionModel {
	readonly intent: Intent
	readonly label: string
	readonly enabled: boolean
	/** One sentence, where it is not enabled. */
	readonly disabledReason?: string
}

/** What a quiz adds to a screen. While it asks, nothing else on the screen tells the answer. */
export interface QuizModel {
	readonly stage: 'asked' | 'told' | 'open'
	/** Taken for the question that is asked. */
	readonly hints: readonly HintModel[]
	/** Why there is no further hint: one sentence. */
	readonly noHint?: string
	readonly told: ToldModel | null
	/** At the end. */
	readonly card: ScoreCard | null
}

export interface HintModel {
	readonly text: string
	readonly lines: readonly EvidenceModel[]
}

/** The verdict on an answer. */
export interface ToldModel {
	readonly right: boolean
	/** `The evidence says otherwise.` */
	readonly heading: string
	readonly chosen: string
	/** What is right, with what was read; absent when that was chosen. */
	readonly correct: string
	readonly leads: string
	/** `The lines that decide`. */
	readonly evidence: readonly EvidenceModel[]
	/** What decides where no line does: one sentence. */
	readonly instead?: string
	/** The condition of the right branch, then of the chosen one, with what they read. */
	readonly conditions: readonly WhyModel[]
	/** What goes on. */
	readonly next: WalkEvent
}

/** What a quiz came to. */
export interface ScoreCard {
	/** The flow's id. */
	readonly flow: string
	/** 0 to 100; null when the cause was not reached. */
	readonly score: number | null
	readonly questions: number
	readonly right: number
	readonly hints: number
	/** Until the cause, milliseconds. */
	readonly durationMs: number
	readonly path: readonly { readonly label: string; readonly wrong: boolean }[]
	/** Labels of the shortest path to the cause, when that is known. */
	readonly shortest?: readonly string[]
	/** Steps of the path that the shortest one does not have. */
	readonly detours: number
	readonly wrong: readonly { readonly place: string; readonly chosen: string; readonly correct: string }[]
	/** Titles of the sections of the guide to read again. */
	readonly read: readonly string[]
}

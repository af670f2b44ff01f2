import type { Parser } from '../facts/parser.ts'
import type { Flow } from '../flow/flow.ts'
import type { Problem } from '../flow/problem.ts'

/** Where a flow was found. `folder` also holds its scenarios. */
export interface FoundFlow {
	readonly file: string
	readonly folder: string
	readonly text: string
}

export type FindResult =
	| ({ readonly ok: true } & FoundFlow)
	/** One sentence that says what is wrong and what to do. */
	| { readonly ok: false; readonly reason: string }

export type LoadResult =
	| {
			readonly ok: true
			readonly flow: Flow
			readonly folder: string
			readonly file: string
			readonly warnings: readonly Problem[]
	  }
	/** `problems` is empty when the flow was not found or cannot be read. */
	| { readonly ok: false; readonly reason: string; readonly problems: readonly Problem[] }

export interface ListedFlow {
	readonly id: string
	/** The flow's title and summary; undefined when the file is broken. */
	readonly title?: string
	readonly summary?: string
	readonly file: string
	readonly folder: string
	/** Problems of a broken flow; empty when it is fine. */
	readonly problems: readonly Problem[]
}

/** Finds a flow by id or path and reads its file. */
export async function findFlow(_idOrPath: string): Promise<FindResult> {
	throw new Error('being written')
}

/** Finds, reads and checks a flow. */
export async function loadFlow(_idOrPath: string, _parsers: ReadonlyMap<string, Parser>): Promise<LoadResult> {
	throw new Error('being written')
}

/** Every flow that `findFlow` finds by id, in the order of their ids. */
export async function listFlows(_parsers: ReadonlyMap<string, Parser>): Promise<readonly ListedFlow[]> {
	throw new Error('being written')
}

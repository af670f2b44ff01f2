import type { DescribedException } from '../python/index.ts'
import type { LogEntry } from '../systemd/index.ts'
import type { Complaint } from './complaint.ts'

/** Where the traceback stood: below which of Gunicorn's lines. */
export const EXCEPTION_PLACES = ['boot', 'config-file', 'request', 'none'] as const
export type ExceptionPlace = (typeof EXCEPTION_PLACES)[number]

/** Something that went wrong, with the lines that tell it. */
export interface Fault {
	readonly kind: 'complaint' | 'exception' | 'timeout' | 'killed' | 'crashed' | 'request' | 'no-space'
	readonly at: LogEntry
	readonly lines: readonly number[]
	readonly complaint?: Complaint
	readonly exception?: DescribedException
	readonly place?: ExceptionPlace
	/** The worker that it was about. */
	readonly pid?: number
	readonly signal?: string
	readonly request?: string
	/** Where the application was when its worker was told to end. */
	readonly interrupted?: { readonly file: string; readonly line: number }
}

/** What can end a start, in the order of precedence: the first of these that is there counts, and of it the last one. */
export const START_ORDER = [
	'setting',
	'config-exception',
	'complaint',
	'config-file',
	'exception',
	'bare-exception',
] as const
export type StartRank = (typeof START_ORDER)[number]

/** Something that can end a start. */
export interface StartFault extends Fault {
	readonly rank: StartRank
	/** The program itself wrote it into its log, with words above it. */
	readonly logged?: true
}

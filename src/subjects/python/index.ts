import type { Subject } from '../../text/subject.ts'
import { pythonTracebackParser } from './traceback.ts'

/** Python: its tracebacks. */
export const subject: Subject = { name: 'python', parsers: [pythonTracebackParser], functions: [] }

import type { Subject } from '../../text/subject.ts'
import { pythonOutputs } from './outputs.ts'
import { pythonTracebackParser } from './traceback.ts'

export {
	type DescribedException,
	describeTraceback,
	EXCEPTION_KINDS,
	entryModuleOf,
	interruptedAt,
	type ProgramContext,
	raisedIn,
} from './exception.ts'
export { refusedHost, refusesHost } from './host-refusal.ts'
export { isLibrary } from './library.ts'
export { type Literal, readLiteral, readStatements } from './literals.ts'
export { EXCEPTION_FACTS, setException } from './traceback.ts'
export { isPythonLine, readTracebacks, type Traceback } from './traceback-lines.ts'

/** Python: its tracebacks. */
export const subject: Subject = {
	name: 'python',
	parsers: [pythonTracebackParser],
	outputs: pythonOutputs,
	functions: [],
}

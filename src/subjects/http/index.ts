import type { Subject } from '../../text/subject.ts'
import { endpointFunctions } from './endpoint-functions.ts'
import { httpCodesParser, httpParser } from './http.ts'

/** Requests and their answers, and the addresses that they go to. */
export const subject: Subject = { name: 'http', parsers: [httpCodesParser, httpParser], functions: endpointFunctions }

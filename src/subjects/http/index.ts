import type { Subject } from '../../text/subject.ts'
import { endpointFunctions } from './endpoint-functions.ts'
import { httpParser } from './http.ts'
import { httpCodesParser } from './http-codes.ts'
import { httpOutputs } from './outputs.ts'

/** Requests and their answers, and the addresses that they go to. */
export const subject: Subject = {
	name: 'http',
	parsers: [httpCodesParser, httpParser],
	outputs: httpOutputs,
	functions: endpointFunctions,
}

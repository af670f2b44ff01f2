import { exitCodes } from './exit-codes.ts'

/** Something that a person can put right. The message is one sentence: what is wrong, and what to do. */
export class UserError extends Error {
	readonly exitCode: number

	constructor(message: string, exitCode: number = exitCodes.usage) {
		super(message)
		this.name = 'UserError'
		this.exitCode = exitCode
	}
}

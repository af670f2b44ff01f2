import type { DescribedException } from './exception.ts'

/** What Django says of a request whose Host header it does not serve, in its log and in its mails. */
const REFUSAL = /\bInvalid HTTP_HOST header: ['"]/

/** True for a line in which the application refuses the host that a request names. */
export const refusesHost = (text: string): boolean => REFUSAL.test(text)

/** The exception that such a line stands for. */
export const refusedHost = (message: string, number: number): DescribedException => {
	const exception = 'django.core.exceptions.DisallowedHost'
	const at = message.search(REFUSAL)
	const words = at < 0 ? message : message.slice(at)
	return {
		exception,
		exceptionKind: 'host-refused',
		message: words,
		number,
		raised: { frames: [], exception, message: words, details: [], number },
	}
}

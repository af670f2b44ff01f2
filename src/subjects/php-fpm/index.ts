import type { Subject } from '../../text/subject.ts'
import { cgiResponseParser } from './cgi-response.ts'
import { fpmConfigParser } from './config.ts'
import { fastcgiErrorsParser } from './fastcgi-errors.ts'
import { fpmLogParser } from './log.ts'
import { fpmOutputs } from './outputs.ts'

/** PHP-FPM: its log, its configuration, and what it answers over FastCGI. */
export const subject: Subject = {
	name: 'php-fpm',
	parsers: [cgiResponseParser, fastcgiErrorsParser, fpmConfigParser, fpmLogParser],
	outputs: fpmOutputs,
	functions: [],
}

import type { Subject } from '../../text/subject.ts'
import { nginxAccessLogParser } from './access-log.ts'
import { nginxConfigParser } from './config.ts'
import { nginxErrorLogParser } from './error-log.ts'
import { nginxOutputs } from './outputs.ts'
import { nginxProcessesParser } from './processes.ts'
import { repointedFunction } from './repointed.ts'
import { nginxTestParser } from './test.ts'

/** nginx: its configuration, its test of that, and its logs. */
export const subject: Subject = {
	name: 'nginx',
	parsers: [nginxAccessLogParser, nginxConfigParser, nginxErrorLogParser, nginxProcessesParser, nginxTestParser],
	outputs: nginxOutputs,
	functions: [repointedFunction],
}

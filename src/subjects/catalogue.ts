import type { Parser } from '../text/parser.ts'
import type { DomainFunction, Subject } from '../text/subject.ts'
import { subject as gunicorn } from './gunicorn/index.ts'
import { subject as http } from './http/index.ts'
import { subject as linux } from './linux/index.ts'
import { subject as nginx } from './nginx/index.ts'
import { subject as phpFpm } from './php-fpm/index.ts'
import { subject as python } from './python/index.ts'
import { subject as systemd } from './systemd/index.ts'

/** Everything of the world that is known here. A new subject is a folder, and a line in this list. */
export const subjects: readonly Subject[] = [gunicorn, http, linux, nginx, phpFpm, python, systemd]

/** Every parser that a flow may name under `parse:`. */
export const parsers: ReadonlyMap<string, Parser> = new Map(
	subjects.flatMap((subject) => subject.parsers.map((parser) => [parser.name, parser] as const)),
)

/** Every function that conditions may call besides those of CEL. */
export const functions: readonly DomainFunction[] = subjects.flatMap((subject) => subject.functions)

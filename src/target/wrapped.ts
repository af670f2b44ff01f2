import { randomBytes } from 'node:crypto'
import { ADMIN_FOLDERS } from './environment.ts'
import { LIMITED, limitOf } from './limit.ts'
import type { OutputChunk } from './target.ts'

/**
 * Running a command where signals of ours do not reach it (inside a container, as another user): a wrapper tells its
 * process id there, and a script that is run the same way ends it with everything that it started.
 */

/** The environment variable that marks the processes of a probe. */
export const MARKER = 'RUNTREE_RUN'

/** A random name of one run. */
export function runId(): string {
	return randomBytes(8).toString('hex')
}

const wrapper = `PATH="\${PATH:-/usr/local/bin:/usr/bin:/bin}:${ADMIN_FOLDERS.join(':')}"; export PATH
printf 'runtree:%s:%s\\n' "$1" "$$" >&2
shift
exec </dev/null
${LIMITED}`

/**
 * Arguments for `sh` that run the command's text and first tell its process id, which `exec` keeps, on standard error.
 * The command's standard input is empty: a password that sudo did not ask for must not reach it.
 */
export function wrapped(text: string, id: string, timeoutMs: number): readonly string[] {
	return ['-c', wrapper, 'sh', id, limitOf(timeoutMs), text]
}

/** Listens for the wrapper's announcement. */
export interface Announcement {
	/** Takes the command's output, gives it on without the announcement. */
	readonly onOutput: (chunk: OutputChunk) => void
	/** The process id where the command runs; undefined as long as it did not start. */
	pid(): string | undefined
	/** Resolves when it did. */
	readonly started: Promise<void>
	/** What came on standard error instead of an announcement, for a reason why it did not start. */
	complaint(): string
}

/** Listens for the announcement of that run in front of `onOutput`. */
export function announcementOf(id: string, onOutput: (chunk: OutputChunk) => void): Announcement {
	const start = `runtree:${id}:`
	const { promise: started, resolve } = Promise.withResolvers<void>()
	let held = ''
	let pid: string | undefined
	return {
		started,
		pid: () => pid,
		complaint: () => held,
		onOutput: (chunk) => {
			if (chunk.stream === 'stdout' || pid !== undefined) {
				onOutput(chunk)
				return
			}
			held = (held + chunk.text).slice(0, 64_000)
			const at = held.indexOf(start)
			const end = held.indexOf('\n', at)
			if (at < 0 || end < 0) return
			pid = held.slice(at + start.length, end)
			resolve()
			const text = held.slice(0, at) + held.slice(end + 1)
			if (text !== '') onOutput({ ...chunk, text })
		},
	}
}

const stopScript = `leader=$1 marker=$2 known=
victims() {
	table= found=" $known"
	for folder in /proc/[0-9]*; do
		{ read -r line < "$folder/stat"; } 2>/dev/null || continue
		set -- \${line##*) }
		case $1 in Z|X) continue ;; esac
		pid=\${folder#/proc/}
		table="$table $pid:$2:$4"
		[ "$pid" = "$leader" ] && found="$found$pid "
	done
	if [ "$marker" ]; then
		for file in $(grep -ls "${MARKER}=$marker" /proc/[0-9]*/environ 2>/dev/null); do
			pid=\${file#/proc/}
			found="$found\${pid%/environ} "
		done
	fi
	more=1
	while [ "$more" ]; do
		more=
		for entry in $table; do
			pid=\${entry%%:*} rest=\${entry#*:}
			case $found in *" $pid "*) continue ;; esac
			case $found in *" \${rest%%:*} "*) found="$found$pid " more=1; continue ;; esac
			[ "$leader" ] && [ "\${rest#*:}" = "$leader" ] && found="$found$pid " more=1
		done
	done
	known=" "
	for entry in $table; do
		case $found in *" \${entry%%:*} "*) known="$known\${entry%%:*} " ;; esac
	done
}
victims
kill -TERM $known 2>/dev/null
tenths=0
while [ "$tenths" -lt 20 ]; do
	victims
	[ "$known" = " " ] && exit 0
	if sleep 0.1 2>/dev/null; then tenths=$((tenths + 1)); else sleep 1; tenths=$((tenths + 10)); fi
done
kill -KILL $known 2>/dev/null
:`

/**
 * Arguments for `sh` that end a run: its process, all that descend from it, its session, and, with a marker, all that
 * carry it. TERM, and KILL for what is left after two seconds.
 */
export function stopping(pid: string | undefined, marker: string | undefined): readonly string[] {
	return ['-c', stopScript, 'sh', pid ?? '', marker ?? '']
}

/**
 * The time limit that travels with a command: whoever started it may be killed, lose its connection or its machine, and then
 * nobody would end what it left. `timeout` (coreutils, busybox) keeps watch where the command runs; a host without it has no
 * watch.
 */

/** After our own limit, so that the verdict is ours as long as we live. */
const SLACK_S = 2
/** From being asked to being killed. */
const GRACE_S = 2

/** Shell text that runs the shell text `$2` for `$1` seconds at most, in place of the shell that reads it. */
export const LIMITED = `if command -v timeout >/dev/null 2>&1; then exec timeout -k ${GRACE_S} "$1" sh -c "$2"; fi
exec sh -c "$2"`

/** For `timeout`, in whole seconds. It takes no limit that is too great for it: a year is as good. */
export function limitOf(timeoutMs: number): string {
	return String(Math.min(Math.ceil(timeoutMs / 1000) + SLACK_S, 31_536_000))
}

/** Arguments for `sh` that run the text, and end it at its limit whatever becomes of us. */
export function limited(text: string, timeoutMs: number): readonly string[] {
	return ['-c', LIMITED, 'sh', limitOf(timeoutMs), text]
}

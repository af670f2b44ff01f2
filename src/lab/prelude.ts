/**
 * Stands before every shell script that runs on a host of the lab: the verbs that scripts of any stack share. A stack's
 * own `lab/prelude.sh` comes after it.
 */
export const PRELUDE = `set -eu
URL=http://127.0.0.1/

# Repeats a command until it succeeds, up to 30 seconds.
await() {
	tries=300
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || { echo "waited in vain for: $*" >&2; return 1; }
		sleep 0.1
	done
}

# Makes one request, as a visitor does; what it answers does not matter.
ask() {
	[ $# -gt 0 ] || set -- "$URL"
	curl -s -o /dev/null --max-time 20 "$1" || true
}

# Succeeds when the URL answers with that status.
answers() {
	[ $# -gt 1 ] || set -- "$1" "$URL"
	[ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 20 "$2")" = "$1" ]
}

# Edits a file with sed and fails when that changed nothing.
edit() {
	before=$(cat "$1")
	sed -i "$2" "$1"
	[ "$before" != "$(cat "$1")" ] || { echo "$1: $2 changed nothing" >&2; return 1; }
}
`

# Put before every fault's script by lab.ts: where things are, and the few verbs that the scripts share.
# shellcheck shell=sh disable=SC2034
set -eu
UNIT=/etc/systemd/system/gunicorn.service
SITE=/etc/nginx/sites-available/myapp
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
ask() { curl -s -o /dev/null --max-time 20 "${1:-$URL}" || true; }

# Succeeds when the URL answers with that status.
answers() { [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 20 "${2:-$URL}")" = "$1" ]; }

# Edits a file with sed and fails when that changed nothing.
edit() {
	before=$(cat "$1")
	sed -i "$2" "$1"
	[ "$before" != "$(cat "$1")" ] || { echo "$1: $2 changed nothing" >&2; return 1; }
}

# Restarts Gunicorn from the unit on disk and waits until it has failed.
restart_fails() {
	systemctl daemon-reload
	systemctl restart gunicorn 2>/dev/null || true
	await systemctl is-failed --quiet gunicorn
}

# Succeeds when Gunicorn's master has workers.
has_workers() { [ "$(pgrep -c gunicorn)" -ge 3 ]; }

# Waits until every worker has loaded the application and sleeps: one that is stopped before writes a traceback to the
# journal, or misses the signal, so that the stop takes 30 seconds.
await_workers() {
	await has_workers
	calm=0
	while [ "$calm" -lt 5 ]; do
		sleep 0.1
		# shellcheck disable=SC2009 # pgrep does not tell the state
		if ps -C gunicorn -o stat= | grep -q '^[RD]'; then calm=0; else calm=$((calm + 1)); fi
	done
}

# Restarts Gunicorn from the unit on disk and waits until it serves again.
restart_works() {
	systemctl daemon-reload
	systemctl restart gunicorn
	await_workers
}

# Waits until the fresh host serves. Nobody asks before Gunicorn is there, so that the logs of a healthy host are clean.
boot() {
	await systemctl is-system-running --quiet
	[ "$VARIANT" = activation ] || await_workers
	await answers 200
	[ "$VARIANT" != activation ] || await_workers
}

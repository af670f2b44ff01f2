# Stands before every fault's script, after the lab's own verbs: where things are on this stack, and what its faults share.
# shellcheck shell=sh disable=SC2034
UNIT=/etc/systemd/system/gunicorn.service
SITE=/etc/nginx/sites-available/myapp

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

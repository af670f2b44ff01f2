# title: the unit was wrong, is right on disk, and was restarted without daemon-reload
# symptom: The site answers 502 although "the unit file has been fixed"
# cause: unit-not-reloaded
# covers: C12 G10
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 3
edit "$UNIT" 's|/srv/myapp/venv/bin/gunicorn|/srv/myapp/.venv/bin/gunicorn|'
restart_fails
sleep 1.1
edit "$UNIT" 's|/srv/myapp/.venv/bin/gunicorn|/srv/myapp/venv/bin/gunicorn|'
systemctl restart "$SERVICE" 2>/dev/null || true
await systemctl is-failed --quiet "$SERVICE"
ask

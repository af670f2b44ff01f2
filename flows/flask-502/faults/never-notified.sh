# title: the unit has Type=notify, but Gunicorn is the child of a start script, so that systemd never hears from it
# symptom: The site works for a few seconds after each start and then answers 502
# cause: never-notified
# covers: X16
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 3
command=$(sed -n 's/^ExecStart=//p' "$UNIT")
printf '#!/bin/sh\nulimit -c 0\n%s\n' "$command" >/srv/myapp/start.sh
chmod 755 /srv/myapp/start.sh
edit "$UNIT" 's|^ExecStart=.*|Type=notify\nTimeoutStartSec=4\nExecStart=/srv/myapp/start.sh|'
systemctl daemon-reload
systemctl restart "$SERVICE" 2>/dev/null || true
await systemctl is-failed --quiet "$SERVICE"
ask

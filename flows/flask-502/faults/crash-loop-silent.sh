# title: a start script throws Gunicorn's output away, Gunicorn crashes, and systemd restarts it for ever
# symptom: The site answers 502, and the journal does not say why
# cause: crash-loop
# covers: X16 C1
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 2
command=$(sed -n 's/^ExecStart=//p' "$UNIT")
printf '#!/bin/sh\nexec %s >/dev/null 2>&1\n' "$command" >/srv/myapp/start.sh
chmod 755 /srv/myapp/start.sh
edit /srv/myapp/myapp/routes.py 's|^import time$|import time\n\nimport redis|'
edit "$UNIT" 's|^ExecStart=.*|Restart=always\nRestartSec=5\nExecStart=/srv/myapp/start.sh|'
systemctl daemon-reload
systemctl restart "$SERVICE"
await journalctl -u "$SERVICE" --grep 'Scheduled restart job'
await sh -c 'systemctl status "$SERVICE" | grep auto-restart'
ask

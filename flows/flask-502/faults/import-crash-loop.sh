# title: the unit restarts every five seconds after a crash on a missing package
# symptom: The site answers 502, and the service is "activating" whenever one looks
# cause: package-missing
# covers: X16 C5
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit /srv/myapp/myapp/routes.py 's|^import time$|import time\n\nimport redis|'
edit "$UNIT" 's|^ExecStart=|Restart=always\nRestartSec=5\nExecStart=|'
systemctl daemon-reload
systemctl restart "$SERVICE"
await journalctl -u "$SERVICE" --grep 'Scheduled restart job'
await sh -c 'systemctl status "$SERVICE" | grep auto-restart'
ask

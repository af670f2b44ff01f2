# title: Gunicorn is started with --daemon in a unit that is not Type=forking, so that systemd ends it at once
# symptom: The site answers 502; the service stops without any error
# cause: gunicorn-config-error
# covers: C1 X8
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 3
edit "$UNIT" 's|--workers 2|--workers 2 --daemon|'
systemctl daemon-reload
systemctl restart "$SERVICE"
await sh -c '! systemctl is-active --quiet "$SERVICE"'
ask

# title: what the shop ran on is gone from this host; the one Gunicorn that is left serves the world on a port of its own
# symptom: The shop answers 502, and "systemctl status gunicorn" shows a service that runs
# cause: unit-missing
# covers: X17
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 5
# undecidable: nothing is left of what served the shop
mv /srv/myapp /srv/status
ln -s /srv/status /srv/myapp
edit "$UNIT" 's|127.0.0.1:8000|0.0.0.0:9000|; s|^WorkingDirectory=.*|WorkingDirectory=/srv/status|; s|^Description=.*|Description=The status page|'
restart_works
edit "$SITE" 's|127.0.0.1:8000|127.0.0.1:8001|'
systemctl reload nginx
sleep 0.5
ask

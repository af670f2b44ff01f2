# title: Gunicorn is told to bind an address that this host does not have
# symptom: The site answers 502 since the server moved to another network
# cause: bind-address-missing
# covers: X12 G3
# variants: tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$UNIT" 's|127.0.0.1:8000|10.0.0.5:8000|'
edit "$SITE" 's|127.0.0.1:8000|10.0.0.5:8000|'
systemctl reload nginx
restart_fails
ask

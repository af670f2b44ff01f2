# title: Gunicorn, as www-data, is told to bind a port below 1024
# symptom: The site answers 502 since Gunicorn moved to another port
# cause: bind-denied
# covers: G3 G9
# variants: tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$UNIT" 's|127.0.0.1:8000|127.0.0.1:800|'
edit "$SITE" 's|127.0.0.1:8000|127.0.0.1:800|'
systemctl reload nginx
restart_fails
ask

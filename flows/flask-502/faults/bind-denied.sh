# title: Gunicorn, as www-data, is told to make its socket in /run, where only root may write
# symptom: The site answers 502 on a server set up by a guide from the web
# cause: bind-denied
# covers: G8 C4 C3
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
edit "$UNIT" '/^RuntimeDirectory=/d; s|unix:/run/gunicorn/gunicorn.sock|unix:/run/gunicorn.sock|'
edit "$SITE" 's|unix:/run/gunicorn/gunicorn.sock|unix:/run/gunicorn.sock|'
systemctl reload nginx
restart_fails
ask

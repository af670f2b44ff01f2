# title: SECRET_KEY is missing, and nginx proxies to another port than Gunicorn's
# symptom: The site answers 502 after a deploy and a change of the proxy on the same evening
# cause: environment-missing
# cause: upstream-mismatch
# covers: X20 C6 C2
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 2
edit "$SITE" 's|127.0.0.1:8000|127.0.0.1:8001|'
systemctl reload nginx
edit /etc/myapp.env '/^SECRET_KEY=/d'
restart_fails
ask

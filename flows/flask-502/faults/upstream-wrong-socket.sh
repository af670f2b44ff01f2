# title: nginx proxies to /run/gunicorn.sock, Gunicorn binds /run/gunicorn/gunicorn.sock
# symptom: The site answers 502 although Gunicorn is active (running)
# cause: upstream-mismatch
# covers: C2 G5 G6 G7
# variants: unix
# difficulty: easy
# expect: 502
# fewest: 3
edit "$SITE" 's|unix:/run/gunicorn/gunicorn.sock|unix:/run/gunicorn.sock|'
systemctl reload nginx
sleep 0.5
ask

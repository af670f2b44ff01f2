# title: nginx proxies to port 8001, Gunicorn listens on 8000
# symptom: The site answers 502 although Gunicorn is active (running)
# cause: upstream-mismatch
# covers: C2 G5 G6 G7 G9
# variants: tcp
# difficulty: easy
# expect: 502
# fewest: 3
edit "$SITE" 's|127.0.0.1:8000|127.0.0.1:8001|'
systemctl reload nginx
sleep 0.5
ask

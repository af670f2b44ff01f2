# title: nginx speaks TLS to Gunicorn, which speaks plain HTTP
# symptom: The site answers 502 although Gunicorn runs and the address is right
# cause: protocol-mismatch
# covers: X14 G6
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$SITE" 's|proxy_pass http://|proxy_pass https://|'
# Gunicorn waits for a request line that never comes, until its own timeout: 30 seconds by default.
edit "$UNIT" 's|--workers 2|--workers 2 --timeout 4|'
restart_works
systemctl reload nginx
sleep 0.5
ask

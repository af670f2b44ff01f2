# title: gunicorn.service is stopped, and nginx proxies to another socket than Gunicorn's
# symptom: The site answers 502 after a weekend of changes by several people
# cause: service-stopped
# cause: upstream-mismatch
# covers: X20 C1 C2
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
edit "$SITE" 's|unix:/run/gunicorn/gunicorn.sock|unix:/run/gunicorn.sock|'
systemctl reload nginx
systemctl stop "$SERVICE"
sleep 0.5
ask

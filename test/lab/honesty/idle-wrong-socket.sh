# title: nginx asks another socket; gunicorn.service is idle, as its socket unit waits for the first connection
# symptom: The site answers 502, and "systemctl status gunicorn" says inactive (dead)
# cause: upstream-mismatch
# covers: X10 C2
# variants: activation
# difficulty: hard
# expect: 502
# fewest: 3
edit "$SITE" 's|unix:/run/gunicorn.sock|unix:/run/myapp.sock|'
systemctl reload nginx
systemctl stop gunicorn.service 2>/dev/null
sleep 0.5
ask

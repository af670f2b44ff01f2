# title: the upstream block names two servers, and neither listens
# symptom: The site answers 502 although Gunicorn is active (running)
# cause: no-live-upstreams
# covers: X13 G5
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 3
edit "$SITE" '1i upstream myapp {\n    server 127.0.0.1:8001 max_fails=1 fail_timeout=1h;\n    server 127.0.0.1:8002 max_fails=1 fail_timeout=1h;\n}\n'
edit "$SITE" 's|http://127.0.0.1:8000|http://myapp|'
# Each worker counts failures on its own: with one worker every request after the first sees them.
edit /etc/nginx/nginx.conf 's|^worker_processes auto|worker_processes 1|'
systemctl restart nginx
ask
ask

# title: the upstream block names two pools, and neither is there
# symptom: Every page answers 502 since the load was to be shared
# cause: no-live-upstreams
# covers: P3
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 3
edit "$SITE" '1i upstream shop {\n    server 127.0.0.1:9001 max_fails=1 fail_timeout=1h;\n    server 127.0.0.1:9002 max_fails=1 fail_timeout=1h;\n}\n'
edit "$SITE" 's|fastcgi_pass .*;|fastcgi_pass shop;|'
# Each worker counts failures on its own: with one worker every request after the first sees them.
edit /etc/nginx/nginx.conf 's|^worker_processes auto|worker_processes 1|'
systemctl restart nginx
ask
ask

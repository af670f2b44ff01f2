# title: one of two upstream servers is dead, and nginx does not try the next one
# symptom: About every second request answers 502
# cause: intermittent-upstream
# covers: X18 X13
# variants: tcp
# difficulty: hard
# expect: 200 502
# fewest: 3
edit "$SITE" '1i upstream myapp {\n    server 127.0.0.1:8000 max_fails=0;\n    server 127.0.0.1:8001 max_fails=0;\n}\n'
edit "$SITE" 's|proxy_pass .*;|proxy_pass http://myapp;\n        proxy_next_upstream off;|'
systemctl reload nginx
sleep 0.5
ask
ask

# title: one of two upstream servers is dead, and nginx does not try the next one
# symptom: Every second page answers 502
# cause: intermittent-upstream
# covers: P3
# variants: tcp
# difficulty: hard
# expect: 200 502
# fewest: 3
edit "$SITE" '1i upstream shop {\n    server 127.0.0.1:9000 max_fails=0;\n    server 127.0.0.1:9001 max_fails=0;\n}\n'
edit "$SITE" 's|fastcgi_pass .*;|fastcgi_pass shop;\n        fastcgi_next_upstream off;|'
reload_nginx
ask
ask

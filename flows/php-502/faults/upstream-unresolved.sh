# title: fastcgi_pass names a container of the old set-up, and nginx was restarted
# symptom: The whole web server is gone since the move out of containers: connection refused
# cause: upstream-unresolved
# covers: P3 P22
# variants: tcp
# difficulty: easy
# expect: refused
# fewest: 2
edit "$SITE" 's|fastcgi_pass 127.0.0.1:9000|fastcgi_pass php:9000|'
systemctl restart nginx 2>/dev/null || true
ask

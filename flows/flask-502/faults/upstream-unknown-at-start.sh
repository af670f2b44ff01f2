# title: proxy_pass names a host that does not resolve, and nginx was restarted
# symptom: The whole web server is gone: connection refused
# cause: upstream-unresolved
# covers: X3 X13 G4
# variants: tcp
# difficulty: medium
# expect: refused
# fewest: 2
edit "$SITE" 's|http://127.0.0.1:8000|http://app.internal:8000|'
systemctl restart nginx 2>/dev/null || true
ask

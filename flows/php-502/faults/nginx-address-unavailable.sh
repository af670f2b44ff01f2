# title: nginx is to listen on an address of the server that the site was moved from
# symptom: The whole web server is gone since the move: connection refused
# cause: nginx-address-unavailable
# covers: P22
# variants: unix tcp
# difficulty: medium
# expect: refused
# fewest: 2
edit "$SITE" 's|listen 80 default_server;|listen 10.0.0.5:80 default_server;|'
systemctl restart nginx 2>/dev/null || true
ask

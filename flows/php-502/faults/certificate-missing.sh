# title: the certificate that the site names is not there, and nginx was restarted
# symptom: The whole web server is gone: connection refused
# cause: certificate-missing
# covers: P22
# variants: unix tcp
# difficulty: easy
# expect: refused
# fewest: 2
edit "$SITE" 's|^    server_name .*|    listen 443 ssl;\n&\n    ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;\n    ssl_certificate_key /etc/letsencrypt/live/example.com/privkey.pem;|'
systemctl restart nginx 2>/dev/null || true
ask

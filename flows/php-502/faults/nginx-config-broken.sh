# title: a semicolon is missing in the site's configuration, and nginx was restarted
# symptom: The whole web server is gone: connection refused
# cause: nginx-config-invalid
# covers: P22
# variants: unix tcp
# difficulty: easy
# expect: refused
# fewest: 2
edit "$SITE" 's|^\(    index index.php\);|\1|'
systemctl restart nginx 2>/dev/null || true
ask

# title: the site's file lacks a semicolon, and nginx was restarted
# symptom: The whole web server is gone: connection refused
# cause: nginx-config-invalid
# covers: X3 G4
# variants: unix tcp
# difficulty: easy
# expect: refused
# fewest: 2
edit "$SITE" 's|\(server_name example.com\);|\1|'
systemctl restart nginx 2>/dev/null || true
ask

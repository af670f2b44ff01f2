# title: nothing is broken; the logs hold a traceback, refused connections, killed workers, warnings, and ::1 lines that go on
# symptom: Both logs are full of errors
# cause: healthy
# covers: X4 X2 X5
# variants: tcp
# difficulty: hard
# expect: 200
# fewest: 2
edit /etc/myapp.env 's|^SECRET_KEY=|SECRET_KEI=|'
restart_fails
for _ in 1 2 3; do ask; done
edit /etc/myapp.env 's|^SECRET_KEI=|SECRET_KEY=|'
edit "$UNIT" 's|--workers 2|--workers 2 --timeout 2|'
restart_works
ask 'http://127.0.0.1/slow?s=5'
ask 'http://127.0.0.1/boom'
await_workers
edit "$SITE" 's|http://127.0.0.1:8000|http://localhost:8000|'
printf 'server {\n    listen 80;\n    server_name example.com;\n    return 404;\n}\n' >/etc/nginx/sites-enabled/old
systemctl reload nginx
sleep 0.5
for _ in 1 2 3 4; do ask; done
await answers 200

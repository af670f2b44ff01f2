# title: Gunicorn's timeout kills a worker; nginx tries ::1 first, which refuses with each request and harms nothing
# symptom: One slow page answers 502, all others work
# cause: worker-timeout
# covers: X2 C10
# variants: tcp
# difficulty: hard
# url: http://127.0.0.1/slow?s=5
# expect: 502
# fewest: 2
edit "$SITE" 's|http://127.0.0.1:8000|http://localhost:8000|'
systemctl reload nginx
edit "$UNIT" 's|--workers 2|--workers 2 --timeout 2|'
restart_works
sleep 0.5
for _ in 1 2 3 4; do ask; done

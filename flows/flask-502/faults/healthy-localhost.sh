# title: nothing is broken; nginx tries ::1 first, which refuses, and then 127.0.0.1, which answers
# symptom: The error log gets a "connect() failed (111: Connection refused)" line with every few requests
# cause: healthy
# covers: X2 X4
# variants: tcp
# difficulty: hard
# expect: 200
# fewest: 2
edit "$SITE" 's|http://127.0.0.1:8000|http://localhost:8000|'
systemctl reload nginx
sleep 0.5
for _ in 1 2 3 4; do ask; done

# title: the socket is closed to nginx; the error log also holds a refused and a timed-out request of before
# symptom: The site answers 502
# cause: socket-denied
# covers: X4 C4
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 3
systemctl stop gunicorn
for _ in 1 2 3; do ask; done
edit "$UNIT" 's|--workers 2|--workers 2 --timeout 2|'
restart_works
ask 'http://127.0.0.1/slow?s=5'
await_workers
sleep 2
chown root:root /run/gunicorn/gunicorn.sock
chmod 0600 /run/gunicorn/gunicorn.sock

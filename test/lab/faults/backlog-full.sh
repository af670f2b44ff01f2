# title: all workers are busy and the listen queue of the socket is full
# symptom: The site answers 502 at once when many people use it, while Gunicorn is active (running)
# cause: backlog-full
# covers: X11 G5
# variants: unix
# difficulty: hard
# expect: 502
edit "$UNIT" 's|--workers 2|--workers 2 --backlog 2 --timeout 0|'
restart_works
for _ in 1 2 3 4 5 6 7 8; do
	setsid curl -s -o /dev/null --unix-socket /run/gunicorn/gunicorn.sock 'http://localhost/slow?s=86400' >/dev/null 2>&1 &
done
sleep 1
ask

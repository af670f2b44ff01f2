# title: all workers are busy and the listen queue of the socket is full
# symptom: The site answers 502 at once when many people use it, while Gunicorn is active (running)
# cause: backlog-full
# covers: X11 G5
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
edit "$UNIT" 's|--workers 2|--workers 2 --backlog 2 --timeout 0|'
restart_works
# Visitors come until the kernel refuses one more: curl's exit code 7.
occupied() {
	setsid curl -s -o /dev/null --unix-socket /run/gunicorn/gunicorn.sock 'http://localhost/slow?s=86400' >/dev/null 2>&1 &
	code=0
	curl -s -o /dev/null --max-time 1 --unix-socket /run/gunicorn/gunicorn.sock http://localhost/ || code=$?
	[ "$code" -eq 7 ]
}
await occupied
ask

# title: both workers wait for something that never comes, and --timeout 0 lets them
# symptom: Every page takes long and then answers 504, while Gunicorn is active (running) and idle
# cause: gunicorn-wedged
# covers: X11 C11
# variants: unix tcp
# difficulty: hard
# expect: 504
# fewest: 3
edit "$UNIT" 's|--workers 2|--workers 2 --timeout 0|'
edit "$SITE" 's|\(proxy_pass .*;\)|\1\n        proxy_read_timeout 3s;|'
systemctl reload nginx
restart_works
for _ in 1 2 3 4; do
	setsid curl -s -o /dev/null "${URL}slow?s=86400" >/dev/null 2>&1 &
done
sleep 4
ask

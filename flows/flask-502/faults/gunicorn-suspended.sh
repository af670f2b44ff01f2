# title: all of Gunicorn's processes were stopped with SIGSTOP
# symptom: Every page takes long and then answers 504, while Gunicorn is active (running) and idle
# cause: gunicorn-wedged
# covers: X11 C11
# variants: unix tcp
# difficulty: hard
# expect: 504
# fewest: 2
edit "$SITE" 's|\(proxy_pass .*;\)|\1\n        proxy_read_timeout 3s;|'
systemctl reload nginx
systemctl kill --signal=STOP "$SERVICE"
sleep 0.5
ask

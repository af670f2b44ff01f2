# title: the socket is in /tmp and the unit has PrivateTmp=yes, so that nginx looks into another /tmp
# symptom: The site answers 502 although Gunicorn runs and logs "Listening at: unix:/tmp/gunicorn.sock"
# cause: socket-private-tmp
# covers: X9 C3
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 4
edit "$UNIT" 's|unix:/run/gunicorn/gunicorn.sock|unix:/tmp/gunicorn.sock|; s|^RuntimeDirectory=.*|PrivateTmp=yes|'
edit "$SITE" 's|unix:/run/gunicorn/gunicorn.sock|unix:/tmp/gunicorn.sock|'
restart_works
systemctl reload nginx
sleep 0.5
ask

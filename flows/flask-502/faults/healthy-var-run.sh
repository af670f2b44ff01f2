# title: nothing is broken; nginx says /var/run and Gunicorn /run, which is the same folder
# symptom: A checker complains that nginx and Gunicorn do not name the same socket
# cause: healthy
# covers: C2 G6
# variants: unix
# difficulty: medium
# expect: 200
# fewest: 2
edit "$SITE" 's|unix:/run/gunicorn/gunicorn.sock|unix:/var/run/gunicorn/gunicorn.sock:/|'
systemctl reload nginx
sleep 0.5
ask

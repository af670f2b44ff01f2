# title: PORT in the environment file moves Gunicorn's default bind to port 5000
# symptom: The site answers 502 although Gunicorn is active (running)
# cause: upstream-mismatch
# covers: C15 C2
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 3
echo 'PORT=5000' >>/etc/myapp.env
edit "$UNIT" 's| --bind [^ ]*||'
restart_works
ask

# title: Gunicorn binds what gunicorn.conf.py in its folder says, which is not what nginx asks for
# symptom: The site answers 502 although Gunicorn is active (running)
# cause: upstream-mismatch
# covers: C15 C2
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 3
printf 'import multiprocessing\n\nbind = "127.0.0.1:9000"\nworkers = min(2, multiprocessing.cpu_count())\n' >/srv/myapp/gunicorn.conf.py
edit "$UNIT" 's| --workers 2 --bind [^ ]*||'
restart_works
ask

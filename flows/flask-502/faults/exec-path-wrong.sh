# title: ExecStart names a virtualenv that does not exist
# symptom: The site answers 502 after the virtualenv was rebuilt
# cause: gunicorn-path-wrong
# covers: C7 G7 X6
# variants: unix tcp activation
# difficulty: easy
# expect: 502
# fewest: 2
edit "$UNIT" 's|/srv/myapp/venv/bin/gunicorn|/srv/myapp/.venv/bin/gunicorn|'
restart_fails
ask

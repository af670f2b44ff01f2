# title: Gunicorn's configuration file has a syntax error
# symptom: The site answers 502 after the number of workers was tuned
# cause: gunicorn-config-error
# covers: X8 C15
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
printf 'workers = (2 * 1) + \ntimeout = 30\n' >/srv/myapp/gunicorn.conf.py
edit "$UNIT" 's|--workers 2|--config /srv/myapp/gunicorn.conf.py|'
restart_fails
ask

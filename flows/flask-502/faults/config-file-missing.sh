# title: --config names a file that is not there
# symptom: The site answers 502 after a deploy
# cause: gunicorn-config-error
# covers: X8 G7
# variants: unix
# difficulty: easy
# expect: 502
# fewest: 2
edit "$UNIT" 's|--workers 2|--config /srv/myapp/gunicorn.conf.py|'
restart_fails
ask

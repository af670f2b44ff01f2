# title: --worker-class gevent, but gevent is not installed
# symptom: The site answers 502 since Gunicorn was switched to asynchronous workers
# cause: worker-class-missing
# covers: X8 G3
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
edit "$UNIT" 's|--workers 2|--workers 2 --worker-class gevent|'
restart_fails
ask

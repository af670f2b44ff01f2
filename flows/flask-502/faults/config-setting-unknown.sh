# title: ExecStart has an option that this Gunicorn does not know
# symptom: The site answers 502 after an option was copied from a newer manual
# cause: gunicorn-config-error
# covers: X8 G7
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
edit "$UNIT" 's|--workers 2|--workers 2 --control-socket /run/gunicorn/control.sock|'
restart_fails
ask

# title: --bind was lost from ExecStart, so that Gunicorn listens on its default, 127.0.0.1:8000
# symptom: The site answers 502 although Gunicorn is active (running)
# cause: upstream-mismatch
# covers: C15 C2 G7
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 3
edit "$UNIT" 's| --bind [^ ]*||'
restart_works
ask

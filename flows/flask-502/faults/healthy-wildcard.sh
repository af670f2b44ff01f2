# title: nothing is broken; Gunicorn binds 0.0.0.0:8000 and nginx asks 127.0.0.1:8000
# symptom: A checker complains that nginx and Gunicorn do not name the same address
# cause: healthy
# covers: C2 C15
# variants: tcp
# difficulty: medium
# expect: 200
# fewest: 2
edit "$UNIT" 's|127.0.0.1:8000|0.0.0.0:8000|'
restart_works
await answers 200

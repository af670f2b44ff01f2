# title: Gunicorn binds the host's second loopback address, nginx asks 127.0.0.1
# symptom: The site answers 502 although Gunicorn listens on port 8000
# cause: upstream-mismatch
# covers: X12 C2 G9
# variants: tcp
# difficulty: medium
# expect: 502
# fewest: 3
edit "$UNIT" 's|127.0.0.1:8000|127.0.1.1:8000|'
restart_works
ask

# title: venv/bin/gunicorn has lost its executable bit in a copy
# symptom: The site answers 502 after the application was copied to a new disk
# cause: exec-not-executable
# covers: C7 X6
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 3
chmod 644 /srv/myapp/venv/bin/gunicorn
restart_fails
ask

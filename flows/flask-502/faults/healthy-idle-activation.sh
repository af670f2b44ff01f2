# title: nothing is broken; gunicorn.service waits for the first connection to its socket
# symptom: "systemctl status gunicorn" says inactive (dead), but is the site down?
# cause: healthy
# covers: X10
# variants: activation
# difficulty: medium
# expect: 200
# fewest: 2
systemctl stop "$SERVICE" 2>/dev/null

# title: nginx was stopped
# symptom: Connection refused, and Gunicorn is active (running)
# cause: nginx-down
# covers: X3 G1
# variants: unix tcp activation
# difficulty: easy
# expect: refused
# fewest: 2
systemctl stop nginx
ask

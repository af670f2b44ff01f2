# title: nginx was stopped
# symptom: Connection refused, and Gunicorn is active (running)
# cause: nginx-down
# covers: X3 G1
# variants: unix tcp activation
# difficulty: easy
# expect: refused
systemctl stop nginx
ask

# title: nginx was stopped
# symptom: The whole web server is gone: connection refused
# cause: nginx-down
# covers: P22
# variants: unix tcp
# difficulty: easy
# expect: refused
# fewest: 2
systemctl stop nginx
ask

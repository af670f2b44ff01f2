# title: nginx's worker may open so few files that none is left for the connection to Gunicorn
# symptom: Every page answers 500, while Gunicorn is active (running) and answers when asked directly
# cause: file-descriptors
# covers: X11
# variants: unix tcp
# difficulty: hard
# expect: 500
edit /etc/nginx/nginx.conf 's|^worker_processes auto|worker_processes 1|'
systemctl restart nginx
worker=$(pgrep -f 'nginx: worker process')
free=0
while [ -e "/proc/$worker/fd/$free" ]; do free=$((free + 1)); done
# The visitor's connection takes the first free number, and the one to Gunicorn would need the next.
edit /etc/nginx/nginx.conf "1i worker_rlimit_nofile $((free + 1));"
systemctl restart nginx
ask

# title: a Gunicorn started by hand holds the port with old, broken code, and the service cannot start
# symptom: Every page answers 500, and deploying a fixed version changes nothing
# cause: process-unmanaged
# covers: C14 C8 X12
# variants: tcp
# difficulty: hard
# expect: 500
# fewest: 3
systemctl stop "$SERVICE"
cp -r /srv/myapp/myapp /srv/myapp/wsgi.py /home/deploy/
sed -i 's|return "Hello from myapp.n"|raise RuntimeError("work in progress")|' /home/deploy/myapp/routes.py
chown -R deploy:deploy /home/deploy /srv/myapp/var
start='cd /home/deploy && set -a && . /etc/myapp.env && sudo -E -u deploy /srv/myapp/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app'
setsid sh -c "$start" >/home/deploy/nohup.out 2>&1 &
await answers 500
restart_fails
ask

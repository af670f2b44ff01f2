# title: Gunicorn was started by hand in a shell, without a unit, and died with it
# symptom: The site worked until the administrator logged out; now it answers 502
# cause: unit-missing
# covers: C14
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 3
systemctl disable --now "$SERVICE" 2>/dev/null
rm "$UNIT"
systemctl daemon-reload
start='cd /srv/myapp && set -a && . /etc/myapp.env && sudo -E -u www-data venv/bin/gunicorn --bind 127.0.0.1:8000 --pid /srv/myapp/var/gunicorn.pid wsgi:app'
echo "$start" >>/root/.bash_history
setsid sh -c "$start" >/srv/myapp/nohup.out 2>&1 &
await answers 200
master=$(cat /srv/myapp/var/gunicorn.pid)
kill -KILL "$master" $(pgrep -P "$master")
await sh -c "! kill -0 $master"
ask

# title: the pid file of a killed Gunicorn names a process that lives, but is another
# symptom: The site answers 502 after the server lost power
# cause: pid-file-stale
# covers: X8 G3
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 2
edit "$UNIT" 's|--workers 2|--workers 2 --pid /srv/myapp/var/gunicorn.pid|'
systemctl stop "$SERVICE"
pgrep -o sshd >/srv/myapp/var/gunicorn.pid
chown www-data:www-data /srv/myapp/var/gunicorn.pid
restart_fails
ask

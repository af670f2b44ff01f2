# title: supervisor starts Gunicorn, which listens on another port than the one to which nginx connects
# symptom: The site answers 502, and there is no unit that runs Gunicorn
# cause: upstream-mismatch
# covers: Y7 C2
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 5
systemctl disable --now gunicorn 2>/dev/null
rm "$UNIT"
# What supervisor does, by what the lab has: one service that starts the program, and a command that tells its state.
printf '#!/bin/sh\ncd /srv/myapp && set -a && . /etc/myapp.env && setpriv --reuid=33 --regid=33 --clear-groups venv/bin/gunicorn --workers 2 --bind 127.0.0.1:8010 wsgi:app &\nwait\n' >/usr/bin/supervisord
printf '#!/bin/sh\necho "myapp                            RUNNING   pid $(pgrep -o gunicorn), uptime 0:10:00"\n' >/usr/bin/supervisorctl
chmod 755 /usr/bin/supervisord /usr/bin/supervisorctl
printf '[Unit]\nDescription=Supervisor process control system for UNIX\n\n[Service]\nExecStart=/usr/bin/supervisord\n\n[Install]\nWantedBy=multi-user.target\n' >/lib/systemd/system/supervisor.service
systemctl daemon-reload
systemctl enable --now supervisor 2>/dev/null
await_workers
ask

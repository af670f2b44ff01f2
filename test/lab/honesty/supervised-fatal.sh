# title: supervisor gave up on Gunicorn, whose application does not import
# symptom: The site answers 502, and there is no unit that runs Gunicorn
# cause: supervisor-program-stopped
# covers: Y7
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 4
systemctl disable --now gunicorn 2>/dev/null
rm "$UNIT"
# What supervisor shows, by what the lab has: a service, and a command that tells the program's state.
printf '#!/bin/sh\necho "myapp                            FATAL     Exited too quickly (process log may have details)"\nexit 3\n' >/usr/bin/supervisorctl
chmod 755 /usr/bin/supervisorctl
printf '[Unit]\nDescription=Supervisor process control system for UNIX\n\n[Service]\nExecStart=/usr/bin/sleep infinity\n\n[Install]\nWantedBy=multi-user.target\n' >/lib/systemd/system/supervisor.service
systemctl daemon-reload
systemctl enable --now supervisor 2>/dev/null
ask

# title: the unit restarts at once after each crash on a missing variable, until systemd gives up
# symptom: The site answers 502, and systemd says "Start request repeated too quickly"
# cause: environment-missing
# covers: X16 C6
# variants: unix tcp
# difficulty: hard
# expect: 502
edit /etc/myapp.env '/^DATABASE_URL=/d'
edit "$UNIT" 's|^ExecStart=|Restart=always\nRestartSec=0\nExecStart=|'
restart_fails
ask

# title: the unit restarts at once after each crash on a missing variable, until systemd gives up
# symptom: The site answers 502, and systemd says "Start request repeated too quickly"
# cause: environment-missing
# covers: X16 C6
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 2
edit /etc/myapp.env '/^DATABASE_URL=/d'
edit "$UNIT" 's|^ExecStart=|Restart=always\nRestartSec=0\nExecStart=|'
# A slow machine would not reach the limit of five starts within the ten seconds that are the default.
edit "$UNIT" 's|^\[Unit\]|[Unit]\nStartLimitIntervalSec=300|'
restart_fails
ask

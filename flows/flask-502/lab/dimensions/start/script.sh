# title: the unit starts a script, start.sh
sed -n 's|^ExecStart=|exec |p' "$UNIT" | sed '1i #!/bin/sh' >/srv/myapp/start.sh
chmod 755 /srv/myapp/start.sh
edit "$UNIT" 's|^ExecStart=.*|ExecStart=/srv/myapp/start.sh|'
restart_works_or_waits

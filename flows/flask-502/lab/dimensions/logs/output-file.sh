# title: systemd appends the unit's output to a file
edit "$UNIT" 's|^ExecStart=|StandardOutput=append:/var/log/myapp.log\nStandardError=append:/var/log/myapp.log\nExecStart=|'
restart_works_or_waits

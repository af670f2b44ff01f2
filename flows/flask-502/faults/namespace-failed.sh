# title: ReadWritePaths= names a folder that does not exist
# symptom: The site answers 502 since the unit was hardened
# cause: namespace-failed
# covers: X6
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$UNIT" 's|^ExecStart=|ProtectSystem=strict\nReadWritePaths=/srv/myapp/var /srv/myapp/uploads\nExecStart=|'
restart_fails
ask

# title: Group= names a group that does not exist on this host
# symptom: The site answers 502 on the new server, where the old unit file was copied
# cause: group-missing
# covers: X6 G7
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
edit "$UNIT" 's|^Group=.*|Group=nginx|'
restart_fails
ask

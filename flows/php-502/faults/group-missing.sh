# title: Group= names a group that does not exist on this host
# symptom: Every page answers 502 since the move to this server
# cause: group-missing
# covers: P2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
own_unit
edit "$UNIT" 's|^ExecStart=|Group=nginx\n&|'
restart_fails
ask

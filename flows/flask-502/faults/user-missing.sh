# title: User= names a user that does not exist on this host
# symptom: The site answers 502 on the new server, where the old unit file was copied
# cause: user-missing
# covers: X6 G7
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$UNIT" 's|^User=.*|User=myapp|'
restart_fails
ask

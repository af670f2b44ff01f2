# title: the file that EnvironmentFile= names is not on this host
# symptom: Every page answers 502 since the move to this server
# cause: environment-file-missing
# covers: P2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
own_unit
edit "$UNIT" 's|^ExecStart=|EnvironmentFile=/etc/shop.env\n&|'
restart_fails
ask

# title: ReadWritePaths= names a folder that does not exist
# symptom: Every page answers 502 since the services were hardened
# cause: namespace-failed
# covers: P2
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
own_unit
edit "$UNIT" 's|^ExecStart=|ProtectSystem=full\nReadWritePaths=/var/www/shop/uploads\n&|'
restart_fails
ask

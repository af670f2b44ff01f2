# title: WorkingDirectory= names a folder that was renamed by a release
# symptom: Every page answers 502 since the last release
# cause: working-directory-missing
# covers: P2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
own_unit
edit "$UNIT" 's|^ExecStart=|WorkingDirectory=/var/www/shop/current\n&|'
restart_fails
ask

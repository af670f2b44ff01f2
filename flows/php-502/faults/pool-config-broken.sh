# title: the pool's configuration has a misspelt setting, and PHP-FPM was restarted
# symptom: Every page answers 502 after the number of workers was tuned
# cause: pool-config-invalid
# covers: P6
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
edit "$POOL" 's|^pm.max_children|pm.max_childs|'
restart_fails
ask

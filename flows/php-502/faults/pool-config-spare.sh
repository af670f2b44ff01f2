# title: pm.max_spare_servers is greater than pm.max_children, which PHP-FPM refuses at its start
# symptom: Every page answers 502 after memory was saved by a lower number of workers
# cause: pool-config-invalid
# covers: P6
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
edit "$POOL" 's|^pm.max_children = .*|pm.max_children = 2|'
restart_fails
ask

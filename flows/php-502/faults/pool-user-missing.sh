# title: the pool is to run as a user that does not exist
# symptom: Every page answers 502 since the site has a user of its own
# cause: pool-user-missing
# covers: P6
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$POOL" 's|^user = .*|user = shop|; s|^group = .*|group = shop|'
restart_fails
ask

# title: the pool runs as the user deploy and its socket has listen.mode 0600
# symptom: Every page answers 502 since the site has a pool of its own
# cause: socket-denied
# covers: P4
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
edit "$POOL" 's|^user = .*|user = deploy|; s|^group = .*|group = deploy|; s|^listen.owner = .*|listen.owner = deploy|; s|^listen.group = .*|listen.group = deploy|; s|^;listen.mode = .*|listen.mode = 0600|'
restart_works
ask

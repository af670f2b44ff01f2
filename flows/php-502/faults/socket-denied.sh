# title: listen.owner and listen.group are commented out, so that the socket is root's
# symptom: Every page answers 502 after the pool's configuration was tidied up
# cause: socket-denied
# covers: P4
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
edit "$POOL" 's|^listen.owner|;&|; s|^listen.group|;&|'
restart_works
ask

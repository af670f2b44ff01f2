# title: the pool is to listen on an address of the server that the site was moved from
# symptom: Every page answers 502 since the move to this server
# cause: bind-impossible
# covers: P17
# variants: tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$POOL" 's|^listen = .*|listen = 10.0.0.5:9000|'
restart_fails
ask

# title: listen.allowed_clients lists another address than nginx's
# symptom: Every page answers 502 since the web server moved to this host
# cause: client-disallowed
# covers: P16
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 2
edit "$POOL" 's|^listen.allowed_clients = .*|listen.allowed_clients = 10.0.0.5|'
restart_works
ask

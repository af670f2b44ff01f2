# title: the socket is in /tmp and the unit has PrivateTmp=yes, so that nginx looks into another /tmp
# symptom: Every page answers 502 since the services were hardened
# cause: socket-private-tmp
# covers: P18
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
edit "$POOL" 's|^listen = .*|listen = /tmp/shop.sock|'
edit "$SITE" 's|/run/php/php8.2-fpm.sock|/tmp/shop.sock|'
own_unit
edit "$UNIT" 's|^ExecStart=|PrivateTmp=yes\n&|'
restart_works
reload_nginx
ask

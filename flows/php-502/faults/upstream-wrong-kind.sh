# title: nginx passes to a port, as an old guide has it, and the pool listens on a unix socket
# symptom: Every page answers 502 on a server that was set up by a guide from the web
# cause: upstream-mismatch
# covers: P3
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
edit "$SITE" 's|unix:/run/php/php8.2-fpm.sock|127.0.0.1:9000|'
reload_nginx
ask

# title: the pool's socket is to be in a folder that nobody creates at boot
# symptom: Every page answers 502 since the host was rebooted
# cause: bind-impossible
# covers: P17
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
edit "$POOL" 's|^listen = .*|listen = /run/shop/php.sock|'
edit "$SITE" 's|/run/php/php8.2-fpm.sock|/run/shop/php.sock|'
reload_nginx
restart_fails
ask

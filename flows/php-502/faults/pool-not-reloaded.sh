# title: pool and nginx have a new socket, and PHP-FPM was not reloaded
# symptom: Every page answers 502 since the socket was renamed
# cause: pool-not-reloaded
# covers: P19
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 3
edit "$POOL" 's|^listen = .*|listen = /run/php/shop.sock|'
edit "$SITE" 's|php8.2-fpm.sock|shop.sock|'
reload_nginx
ask

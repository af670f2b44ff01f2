# title: nginx passes to the socket of PHP 8.1, and the host has PHP 8.2
# symptom: Every page answers 502 since the upgrade of PHP
# cause: upstream-mismatch
# covers: P3
# variants: unix
# difficulty: easy
# expect: 502
# fewest: 2
edit "$SITE" 's|php8.2-fpm.sock|php8.1-fpm.sock|'
reload_nginx
ask

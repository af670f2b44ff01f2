# title: the unit starts the program of PHP 8.1, and the host has PHP 8.2
# symptom: Every page answers 502 since the upgrade of PHP
# cause: program-missing
# covers: P2
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
own_unit
edit "$UNIT" 's|/usr/sbin/php-fpm8.2|/usr/sbin/php-fpm8.1|'
restart_fails
ask

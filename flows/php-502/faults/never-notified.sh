# title: the unit has Type=notify, but PHP-FPM is the child of a start script, so that systemd never hears from it
# symptom: Every page answers 502 some seconds after each start
# cause: never-notified
# covers: P2
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 2
printf '#!/bin/sh\nulimit -c 0\n/usr/sbin/php-fpm8.2 "$@"\n' >/usr/local/sbin/start-fpm
chmod 755 /usr/local/sbin/start-fpm
own_unit
edit "$UNIT" 's|^ExecStart=/usr/sbin/php-fpm8.2|TimeoutStartSec=4\nExecStart=/usr/local/sbin/start-fpm|'
restart_fails
ask

# title: the script that starts PHP-FPM names an interpreter that this host does not have
# symptom: Every page answers 502 since the move to this server
# cause: shebang-stale
# covers: P2
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 2
printf '#!/usr/local/bin/bash\nexec /usr/sbin/php-fpm8.2 "$@"\n' >/usr/local/sbin/start-fpm
chmod 755 /usr/local/sbin/start-fpm
own_unit
edit "$UNIT" 's|^ExecStart=/usr/sbin/php-fpm8.2|ExecStart=/usr/local/sbin/start-fpm|'
restart_fails
ask

# title: the unit was wrong, is right on disk, and was restarted without daemon-reload
# symptom: Every page answers 502, although the unit was corrected
# cause: unit-not-reloaded
# covers: P2
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 2
own_unit
edit "$UNIT" 's|/usr/sbin/php-fpm8.2|/usr/sbin/php-fpm8.1|'
restart_fails
sleep 1.1
edit "$UNIT" 's|/usr/sbin/php-fpm8.1|/usr/sbin/php-fpm8.2|'
systemctl restart php8.2-fpm 2>/dev/null || true
await systemctl is-failed --quiet php8.2-fpm
ask

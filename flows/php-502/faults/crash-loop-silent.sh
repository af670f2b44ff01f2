# title: a script that the unit runs before PHP-FPM fails without a word, and systemd tries for ever
# symptom: Every page answers 502 since the last release
# cause: crash-loop
# covers: P2
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 2
printf '#!/bin/sh\nrm /var/www/shop/var/cache 2>/dev/null\n' >/usr/local/sbin/clear-cache
chmod 755 /usr/local/sbin/clear-cache
own_unit
edit "$UNIT" '/^Restart/d; s|^ExecStart=|Restart=always\nRestartSec=5\nExecStartPre=/usr/local/sbin/clear-cache\n&|'
systemctl daemon-reload
systemctl restart php8.2-fpm 2>/dev/null || true
await journalctl -u php8.2-fpm --grep 'Scheduled restart job'
ask

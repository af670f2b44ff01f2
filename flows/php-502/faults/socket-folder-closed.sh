# title: the socket's folder /run/php belongs to root and is closed to everybody else
# symptom: Every page answers 502 after a hardening script ran
# cause: socket-folder-closed
# covers: P5
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
# repair: systemd-tmpfiles --create php8.2-fpm.conf
chown root:root /run/php
chmod 700 /run/php
ask

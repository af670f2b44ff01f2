# title: supervisor starts PHP-FPM on this host, and the program is stopped
# symptom: Every page answers 502, and systemd knows no PHP-FPM
# cause: supervisor-program-stopped
# covers: P2
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 2
# healthy: mkdir -p usr/lib/systemd/system etc/init.d
# healthy: mv /root/php8.2-fpm.service usr/lib/systemd/system/
# healthy: mv /root/php8.2-fpm etc/init.d/
# repair: systemctl stop supervisor; systemctl restart php8.2-fpm
no_unit
cat >/etc/supervisor/conf.d/php-fpm.conf <<'CONF'
[program:php-fpm]
command=/usr/sbin/php-fpm8.2 --nodaemonize --fpm-config /etc/php/8.2/fpm/php-fpm.conf
CONF
systemctl start supervisor
await answers 200
supervisorctl stop php-fpm
ask

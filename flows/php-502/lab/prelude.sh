# Stands before every fault's script, after the lab's own verbs: where things are on this stack, and what its faults share.
# shellcheck shell=sh disable=SC2034
SITE=/etc/nginx/sites-available/shop
POOL=/etc/php/8.2/fpm/pool.d/www.conf
APP=/var/www/shop
LOG=/var/log/php8.2-fpm.log
SOCKET=/run/php/php8.2-fpm.sock
UNIT=/etc/systemd/system/php8.2-fpm.service

# Gives the host a unit of its own in place of the distribution's, as somebody who copies it to change it.
own_unit() { cp /lib/systemd/system/php8.2-fpm.service "$UNIT"; }

# Takes PHP-FPM's unit from the host, and the old script of which systemd would make one by itself.
no_unit() {
	systemctl disable --now php8.2-fpm 2>/dev/null
	mv /lib/systemd/system/php8.2-fpm.service /etc/init.d/php8.2-fpm /root/
	systemctl daemon-reload
}

# Restarts PHP-FPM and waits until it has failed.
restart_fails() {
	systemctl daemon-reload
	systemctl restart php8.2-fpm 2>/dev/null || true
	await systemctl is-failed --quiet php8.2-fpm
}

# Restarts PHP-FPM and waits until it serves again.
restart_works() {
	systemctl daemon-reload
	systemctl restart php8.2-fpm
	await pgrep -f '^php-fpm: pool'
}

# Lets nginx read its configuration again, and waits until no worker has the old one.
reload_nginx() {
	nginx -t -q
	old=$(pgrep -f '^nginx: worker' | tr '\n' ' ')
	systemctl reload nginx
	for worker in $old; do await sh -c "! kill -0 $worker"; done
}

# Waits until the fresh host serves.
boot() {
	await systemctl is-system-running --quiet
	await answers 200
}

#!/bin/sh
# Runs once, while the image is built: makes the copied files a host with the healthy stack enabled at boot.
# VARIANT says where PHP-FPM listens: on its unix socket, as Debian has it, or on a port.
set -eu

useradd --create-home --shell /bin/bash --groups sudo deploy
echo 'deploy:deploy' | chpasswd
chown -R deploy:deploy /var/www/shop

pool=/etc/php/8.2/fpm/pool.d/www.conf
if [ "$VARIANT" = tcp ]; then
	sed -i 's|^listen = .*|listen = 127.0.0.1:9000|; s|^;listen.allowed_clients = .*|listen.allowed_clients = 127.0.0.1|' "$pool"
fi

rm -f /etc/nginx/sites-enabled/default
ln -s ../sites-available/shop /etc/nginx/sites-enabled/shop

systemctl enable nginx.service php8.2-fpm.service
# It is here for one fault only.
systemctl disable supervisor.service
# Timers and consoles of the distribution would only add noise to the journal.
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer phpsessionclean.timer \
	fstrim.timer e2scrub_reap.service getty@.service console-getty.service systemd-logind.service

echo 'LANG=C.UTF-8' >/etc/default/locale
: >/etc/machine-id

# What a repair brings back: see restore-healthy and healthy-editor.
# (cp looks for the parents of what it copies below the folder that it is run in.)
cd /
mkdir /var/lib/healthy
cp -a --parents /etc/nginx /etc/php /etc/systemd/system /etc/hosts /var/www/shop /var/lib/healthy

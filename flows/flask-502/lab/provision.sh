#!/bin/sh
# Runs once, while the image is built: makes the copied files a host with the healthy stack enabled at boot.
set -eu

useradd --create-home --shell /bin/bash --groups sudo deploy
echo 'deploy:deploy' | chpasswd

python3 -m venv --system-site-packages /srv/myapp/venv
# No package index is reached: the venv's gunicorn is the distribution's, run by the venv's python.
cat >/srv/myapp/venv/bin/gunicorn <<'EOF'
#!/srv/myapp/venv/bin/python3
# -*- coding: utf-8 -*-
import re
import sys
from gunicorn.app.wsgiapp import run
if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\.pyw|\.exe)?$', '', sys.argv[0])
    sys.exit(run())
EOF
chmod 755 /srv/myapp/venv/bin/gunicorn

mkdir -p /srv/myapp/var
chown -R deploy:deploy /srv/myapp
chown www-data:www-data /srv/myapp/var
chown root:root /etc/myapp.env
chmod 600 /etc/myapp.env

rm -f /etc/nginx/sites-enabled/default
ln -s ../sites-available/myapp /etc/nginx/sites-enabled/myapp

systemctl enable nginx.service gunicorn.service
if [ -e /etc/systemd/system/gunicorn.socket ]; then
	systemctl disable gunicorn.service
	systemctl enable gunicorn.socket
fi
# Timers and consoles of the distribution would only add noise to the journal.
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
	fstrim.timer e2scrub_reap.service getty@.service console-getty.service systemd-logind.service

echo 'LANG=C.UTF-8' >/etc/default/locale
: >/etc/machine-id

# What a repair brings back: see restore-healthy and healthy-editor.
mkdir /var/lib/healthy
cp -a --parents /etc/nginx /etc/systemd/system /etc/myapp.env /etc/hosts /srv/myapp /var/lib/healthy

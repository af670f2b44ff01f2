# title: systemd listens for PHP-FPM, and its socket unit was stopped
# symptom: Every page answers 502 since the services were stopped for a backup
# cause: socket-unit-stopped
# covers: P2
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
cat >/etc/systemd/system/php8.2-fpm.socket <<'SOCKET'
[Unit]
Description=Socket of PHP-FPM

[Socket]
ListenStream=/run/php/php8.2-fpm.sock
SocketUser=www-data
SocketGroup=www-data
SocketMode=0660

[Install]
WantedBy=sockets.target
SOCKET
systemctl disable --now php8.2-fpm 2>/dev/null
mkdir -p /etc/systemd/system/php8.2-fpm.service.d
printf '[Service]\nEnvironment=FPM_SOCKETS=/run/php/php8.2-fpm.sock=3\n' >/etc/systemd/system/php8.2-fpm.service.d/socket.conf
systemctl daemon-reload
systemctl enable --now php8.2-fpm.socket 2>/dev/null
await answers 200
systemctl stop php8.2-fpm.socket php8.2-fpm.service
ask

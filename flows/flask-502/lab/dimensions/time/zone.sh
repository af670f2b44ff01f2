# title: the host's time zone is eleven hours behind UTC
ln -sf /usr/share/zoneinfo/Pacific/Pago_Pago /etc/localtime
systemctl restart systemd-journald nginx
restart_works_or_waits

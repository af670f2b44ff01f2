# title: nginx's unit is hardened so that it may not see Gunicorn's folder
# symptom: The site answers 502 with "Permission denied" although every file mode is open
# cause: security-policy
# covers: C9 G5
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 4
mkdir -p /etc/systemd/system/nginx.service.d
printf '[Service]\nInaccessiblePaths=-/run/gunicorn\n' >/etc/systemd/system/nginx.service.d/hardening.conf
systemctl daemon-reload
systemctl restart nginx
ask

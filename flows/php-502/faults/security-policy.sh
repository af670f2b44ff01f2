# title: nginx's unit is hardened so that it may not see PHP-FPM's folder
# symptom: Every page answers 502 since the services were hardened
# cause: security-policy
# covers: P5
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 3
mkdir -p /etc/systemd/system/nginx.service.d
printf '[Service]\nInaccessiblePaths=-/run/php\n' >/etc/systemd/system/nginx.service.d/hardening.conf
systemctl daemon-reload
systemctl restart nginx
ask

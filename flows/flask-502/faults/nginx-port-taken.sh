# title: another web server took port 80 while nginx was restarted
# symptom: The site shows a foreign 404 page
# cause: nginx-port-taken
# covers: X3
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/healthz
# expect: 404
# fewest: 3
systemctl stop nginx
mkdir -p /var/www/other
cd /var/www/other || exit 1
setsid python3 -m http.server 80 >/dev/null 2>&1 &
await curl -s http://127.0.0.1/
systemctl start nginx 2>/dev/null || true
await systemctl is-failed --quiet nginx
ask 'http://127.0.0.1/healthz'

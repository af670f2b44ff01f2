# title: a test server took port 80 while nginx was restarted
# symptom: The health check answers 404, and nobody knows the page that comes
# cause: nginx-port-taken
# covers: P22
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/healthz
# expect: 404
# fewest: 2
systemctl stop nginx
mkdir -p /var/www/other
echo '<?php http_response_code(404);' >/var/www/other/index.php
cd /var/www/other || exit 1
setsid php -S 0.0.0.0:80 index.php >/dev/null 2>&1 &
await curl -s http://127.0.0.1/
systemctl start nginx 2>/dev/null || true
await systemctl is-failed --quiet nginx
ask 'http://127.0.0.1/healthz'

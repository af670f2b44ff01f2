# title: nginx writes its error log to /srv/logs
mkdir -p /srv/logs
edit /etc/nginx/nginx.conf 's|error_log .*|error_log /srv/logs/nginx_error.log;|'
systemctl restart nginx

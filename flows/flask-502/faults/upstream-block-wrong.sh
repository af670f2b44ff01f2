# title: the upstream block, in another file than the site, names another socket than Gunicorn's
# symptom: The site answers 502, and the site's file looks right
# cause: upstream-mismatch
# covers: X13 C2 G6
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 3
# healthy: server=$(sed -n 's|.*proxy_pass http://\(.*\);|\1|p' etc/nginx/sites-available/myapp); printf 'upstream gunicorn {\n    server %s;\n}\n' "$server" >etc/nginx/conf.d/upstream.conf
case $VARIANT in
unix) server=unix:/run/myapp/myapp.sock ;;
*) server=127.0.0.1:8080 ;;
esac
printf 'upstream gunicorn {\n    server %s fail_timeout=0;\n}\n' "$server" >/etc/nginx/conf.d/upstream.conf
edit "$SITE" 's|proxy_pass .*;|proxy_pass http://gunicorn;|'
systemctl reload nginx
sleep 0.5
ask

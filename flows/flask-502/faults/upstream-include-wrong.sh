# title: the location's settings, in an included file, name another socket than Gunicorn's
# symptom: The site answers 502 since "the proxy settings were moved into one snippet"
# cause: upstream-mismatch
# covers: X13 C2 G6
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 3
# healthy: sed -n '/proxy_pass/p' etc/nginx/sites-available/myapp >etc/nginx/snippets/app.conf
case $VARIANT in
unix) server=unix:/run/gunicorn/app.sock ;;
*) server=127.0.0.1:800 ;;
esac
printf 'proxy_pass http://%s;\n' "$server" >/etc/nginx/snippets/app.conf
edit "$SITE" 's|proxy_pass .*;|include snippets/app.conf;|'
systemctl reload nginx
sleep 0.5
ask

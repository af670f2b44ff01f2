# title: nginx looks up the upstream's name at each request, and no name server answers
# symptom: The site answers 502 since the upstream has a name
# cause: upstream-unresolved
# covers: X13 G6
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 2
# shellcheck disable=SC2016 # $app is nginx's
edit "$SITE" 's|proxy_pass .*;|resolver 127.0.0.53;\n        resolver_timeout 2s;\n        set $app app.internal;\n        proxy_pass http://$app:8000;|'
systemctl reload nginx
sleep 0.5
ask

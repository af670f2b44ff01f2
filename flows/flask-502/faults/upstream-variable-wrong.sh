# title: the address in proxy_pass is a variable, and it is set to another port than Gunicorn's
# symptom: The site answers 502 after the configuration was "made dynamic"
# cause: upstream-mismatch
# covers: X13 C2 G6
# variants: tcp
# difficulty: medium
# expect: 502
# fewest: 3
edit "$SITE" 's|proxy_pass .*;|set $app 127.0.0.1:8080;\n        proxy_pass http://$app;|'
systemctl reload nginx
sleep 0.5
ask

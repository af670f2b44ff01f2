# title: nginx is told to answer 503 by itself, and the maintenance is over
# symptom: The site answers 503, and Gunicorn's log shows no requests
# cause: nginx-answers
# covers: X15
# variants: unix tcp
# difficulty: easy
# expect: 503
# fewest: 2
edit "$SITE" 's|^\( *\)\(proxy_pass .*\)$|\1return 503;\n\1\2|'
systemctl reload nginx
await answers 503

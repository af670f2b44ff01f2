# title: nginx speaks the uwsgi protocol to Gunicorn, which speaks HTTP
# symptom: The site answers 502 since it moved from uWSGI to Gunicorn
# cause: protocol-mismatch
# covers: X14 G6
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$SITE" 's|include proxy_params;|include uwsgi_params;|; s|proxy_pass http://|uwsgi_pass |'
# Gunicorn waits for a request line that never comes, until its own timeout: 30 seconds by default.
edit "$UNIT" 's|--workers 2|--workers 2 --timeout 4|'
restart_works
systemctl reload nginx
sleep 0.5
ask

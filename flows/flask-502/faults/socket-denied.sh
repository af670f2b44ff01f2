# title: Gunicorn runs as deploy with --umask 0077, so that only deploy may open the socket
# symptom: The site answers 502 since Gunicorn runs as a user of its own
# cause: socket-denied
# covers: C4 G5 G10
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 3
chown -R deploy:deploy /srv/myapp/var
edit "$UNIT" 's|www-data|deploy|; s|--workers 2|--workers 2 --umask 0077|'
restart_works
ask

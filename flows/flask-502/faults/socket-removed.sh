# title: the socket file was deleted while Gunicorn runs
# symptom: The site answers 502 although Gunicorn is active (running)
# cause: socket-missing
# covers: C3 G5 G8
# variants: unix activation
# difficulty: medium
# expect: 502
# fewest: 3
rm "$(sed -n 's|.*proxy_pass http://unix:\(.*\);|\1|p' "$SITE")"
ask

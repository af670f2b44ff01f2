# title: a drop-in replaces ExecStart with one that binds another socket
# symptom: The site answers 502, and gunicorn.service looks right
# cause: upstream-mismatch
# covers: C15 C2 G7
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 3
mkdir -p "$UNIT.d"
case $VARIANT in
unix) bind=unix:/run/gunicorn/myapp.sock ;;
*) bind=127.0.0.1:8080 ;;
esac
printf '[Service]\nExecStart=\nExecStart=/srv/myapp/venv/bin/gunicorn --workers 2 -b %s wsgi:app\n' "$bind" >"$UNIT.d/override.conf"
restart_works
ask

# title: the address stands in gunicorn.conf.py
[ "$VARIANT" != activation ] || does_not_apply
bind=$(sed -n 's|.*--bind \([^ ]*\).*|\1|p' "$UNIT")
echo "bind = '$bind'" >/srv/myapp/gunicorn.conf.py
edit "$UNIT" 's|--bind [^ ]* ||'
restart_works_or_waits

# title: the address stands in GUNICORN_CMD_ARGS
[ "$VARIANT" != activation ] || does_not_apply
bind=$(sed -n 's|.*--bind \([^ ]*\).*|\1|p' "$UNIT")
echo "GUNICORN_CMD_ARGS=--bind $bind" >>/etc/myapp.env
edit "$UNIT" 's|--bind [^ ]* ||'
restart_works_or_waits

# title: the unit is an instance of a template, myapp@web.service
[ "$VARIANT" != activation ] || does_not_apply
systemctl disable --now "$SERVICE" 2>/dev/null
mv "$UNIT" /etc/systemd/system/myapp@.service
rename myapp@web

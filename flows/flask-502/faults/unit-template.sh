# title: the unit is an instance, gunicorn@myapp.service, and it crashes on a missing variable
# symptom: The site answers 502, and "systemctl status gunicorn" finds no such unit
# cause: environment-missing
# covers: X17 C6
# variants: unix tcp
# difficulty: hard
# input: unit=gunicorn@myapp
# expect: 502
# fewest: 3
systemctl disable --now "$SERVICE" 2>/dev/null
mv "$UNIT" /etc/systemd/system/gunicorn@.service
edit /etc/systemd/system/gunicorn@.service 's|/srv/myapp$|/srv/%i|; s|^EnvironmentFile=.*|EnvironmentFile=/etc/%i.env|'
edit /etc/myapp.env '/^SECRET_KEY=/d'
systemctl daemon-reload
systemctl enable --now gunicorn@myapp 2>/dev/null
await systemctl is-failed --quiet gunicorn@myapp
ask

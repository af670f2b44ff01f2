# title: the unit is called myapp.service, and it was stopped
# symptom: The site answers 502, and "systemctl status gunicorn" finds no such unit
# cause: service-stopped
# covers: X17 C1
# variants: unix tcp
# difficulty: medium
# input: unit=myapp
# expect: 502
# fewest: 3
systemctl disable --now "$SERVICE" 2>/dev/null
mv "$UNIT" /etc/systemd/system/myapp.service
systemctl daemon-reload
systemctl enable --now myapp 2>/dev/null
await_workers
ask
systemctl stop myapp
ask

# title: gunicorn.service is stopped and masked, so that nothing can start it
# symptom: The site answers 502, and "systemctl start gunicorn" refuses to help
# cause: service-masked
# covers: X16 C1
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
systemctl stop "$SERVICE"
# A unit that lives in /etc cannot be masked; one that a package installed can.
mv "$UNIT" /usr/lib/systemd/system/
systemctl daemon-reload
systemctl mask "$SERVICE" 2>/dev/null
ask

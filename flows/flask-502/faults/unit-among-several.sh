# title: the site's own unit, shop.service, was stopped; the Gunicorn that runs belongs to another application
# symptom: The shop answers 502, and "systemctl status gunicorn" shows a service that runs
# cause: service-stopped
# covers: X17 C1
# variants: unix tcp
# difficulty: hard
# input: unit=shop
# expect: 502
# fewest: 5
cp "$UNIT" /etc/systemd/system/shop.service
edit "$UNIT" 's|--bind [^ ]*|--bind 127.0.0.1:8010|; /^RuntimeDirectory/d'
restart_works
systemctl enable --now shop 2>/dev/null
await answers 200
systemctl stop shop
ask

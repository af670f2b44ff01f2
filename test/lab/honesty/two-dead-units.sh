# title: two units are told to bind where nginx connects, and both are stopped; shop.service was the last one that ran
# symptom: The site answers 502, and nobody remembers which unit it was
# cause: service-stopped
# covers: X17 C1
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 5
# undecidable: both units are told to bind the address
cp "$UNIT" /etc/systemd/system/shop.service
systemctl disable --now gunicorn 2>/dev/null
systemctl daemon-reload
systemctl enable --now shop 2>/dev/null
await answers 200
systemctl stop shop
ask

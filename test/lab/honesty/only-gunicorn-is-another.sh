# title: the shop is a program of its own, which was stopped; the host's one Gunicorn serves something else, which no site of nginx uses
# symptom: The shop answers 502, and "systemctl status gunicorn" shows a service that runs
# cause: service-stopped
# covers: X17 C1
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 5
# undecidable: nothing says that the site's program is shop.service, whose command line tells no address
cat >/etc/systemd/system/shop.service <<'UNIT'
[Unit]
Description=The shop

[Service]
User=www-data
WorkingDirectory=/srv
ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 8001

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now shop 2>/dev/null
edit "$SITE" 's|127.0.0.1:8000|127.0.0.1:8001|'
systemctl reload nginx
await curl -s -o /dev/null http://127.0.0.1:8001/
systemctl stop shop
ask

# title: the shop runs in a container, which is dead; the host's one Gunicorn serves something else
# symptom: The shop answers 502, and "systemctl status gunicorn" shows a service that runs
# cause: upstream-unreachable
# covers: X17 Y2
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 5
# undecidable: nothing says that the address is a container's
cat >/lib/systemd/system/docker.service <<'UNIT'
[Unit]
Description=Docker Application Container Engine

[Service]
ExecStart=/usr/bin/sleep infinity
UNIT
systemctl daemon-reload
systemctl start docker
edit "$SITE" 's|127.0.0.1:8000|127.0.0.1:8001|'
systemctl reload nginx
sleep 0.5
ask

# title: gunicorn.socket was stopped, and with it gunicorn.service
# symptom: The site answers 502 although the socket file is there
# cause: socket-unit-stopped
# covers: X10 X9
# variants: activation
# difficulty: hard
# expect: 502
# fewest: 2
systemctl stop gunicorn.socket
await sh -c '! systemctl is-active --quiet "$SERVICE"'
ask

# title: gunicorn.socket makes the socket for deploy only
# symptom: The site answers 502, and restarting Gunicorn changes nothing
# cause: socket-denied
# covers: C4 X10 G10
# variants: activation
# difficulty: hard
# expect: 502
# fewest: 3
edit "${UNIT%.service}.socket" 's|SocketUser=www-data|SocketUser=deploy|; s|SocketMode=0660|SocketMode=0600|'
systemctl daemon-reload
systemctl stop "$SERVICE.socket" "$SERVICE"
systemctl start gunicorn.socket
ask

# title: Gunicorn was killed with SIGKILL and left its socket file behind, where nobody listens any more
# symptom: The site answers 502 although the socket file is there with the right owner
# cause: socket-stale
# covers: X9 C1 G8
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 3
edit "$UNIT" 's|^RuntimeDirectory=.*|&\nRuntimeDirectoryPreserve=yes|'
restart_works
systemctl kill --signal=KILL "$SERVICE"
await systemctl is-failed --quiet "$SERVICE"
ask

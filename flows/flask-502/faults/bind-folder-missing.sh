# title: the RuntimeDirectory= line was lost, so that the socket's folder does not exist
# symptom: The site answers 502 since the last reboot
# cause: bind-denied
# covers: X9 C3 G8
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
# systemd removes the folder at this stop, and the next start does not make it again.
systemctl stop "$SERVICE"
edit "$UNIT" '/^RuntimeDirectory=/d'
restart_fails
ask

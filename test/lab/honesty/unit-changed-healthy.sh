# title: nothing is broken; the unit was changed on disk, and systemd was not told
# symptom: "systemctl status gunicorn" warns that the unit file changed on disk
# cause: healthy
# covers: C12
# variants: tcp
# difficulty: medium
# expect: 200
# fewest: 2
sleep 1.1
edit "$UNIT" 's|127.0.0.1:8000|127.0.0.1:9000|'

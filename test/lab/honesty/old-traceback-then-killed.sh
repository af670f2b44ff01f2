# title: somebody killed the service; its journal also holds the traceback of a failure that was repaired
# symptom: The site answers 502, and the journal has a traceback
# cause: service-stopped
# covers: X4 C1
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 2
edit /etc/myapp.env 's|^SECRET_KEY=|SECRET_KEI=|'
restart_fails
edit /etc/myapp.env 's|^SECRET_KEI=|SECRET_KEY=|'
restart_works
await answers 200
systemctl kill --signal=KILL gunicorn
await systemctl is-failed --quiet gunicorn
sleep 2

# title: Gunicorn's timeout kills a worker; both logs also hold an outage and a crash that are over
# symptom: One slow page answers 502, all others work
# cause: worker-timeout
# covers: X4 C10
# variants: tcp
# difficulty: hard
# url: http://127.0.0.1/slow?s=5
# expect: 502
# fewest: 2
edit /etc/myapp.env 's|^SECRET_KEY=|SECRET_KEI=|'
restart_fails
for _ in 1 2 3; do ask; done
edit /etc/myapp.env 's|^SECRET_KEI=|SECRET_KEY=|'
edit "$UNIT" 's|--workers 2|--workers 2 --timeout 2|'
restart_works
sleep 2

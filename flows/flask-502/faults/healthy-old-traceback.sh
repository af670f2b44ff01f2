# title: nothing is broken; the journal holds the traceback of a failure that was repaired
# symptom: A colleague forwards a traceback from the journal and asks whether the site is down
# cause: healthy
# covers: X4 G3
# variants: unix tcp
# difficulty: medium
# expect: 200
# fewest: 2
edit /etc/myapp.env 's|^SECRET_KEY=|SECRET_KEI=|'
restart_fails
ask
edit /etc/myapp.env 's|^SECRET_KEI=|SECRET_KEY=|'
restart_works
await answers 200

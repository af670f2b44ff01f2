# title: a colon is missing in the application's code
# symptom: The site answers 502 since a hot fix on the server
# cause: app-syntax-error
# covers: C5 X7 G3
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
edit /srv/myapp/myapp/routes.py 's|^def healthz():|def healthz()|'
restart_fails
ask

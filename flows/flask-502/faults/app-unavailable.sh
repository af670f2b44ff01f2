# title: the application is in its own maintenance mode and answers 503
# symptom: The start page answers 503
# cause: app-error
# covers: X15
# variants: unix tcp
# difficulty: easy
# expect: 503
# fewest: 2
edit /srv/myapp/myapp/routes.py 's|return "Hello from myapp\\n"|return "closed for maintenance\\n", 503|'
restart_works
ask

# title: the application imports a package that is not in the virtualenv
# symptom: The site answers 502 since the last deploy
# cause: package-missing
# covers: C5 G3 G15 X7
# variants: unix tcp activation
# difficulty: easy
# expect: 502
# fewest: 2
edit /srv/myapp/myapp/routes.py 's|^import time$|import time\n\nimport redis|'
restart_fails
ask

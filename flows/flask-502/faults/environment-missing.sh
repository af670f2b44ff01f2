# title: SECRET_KEY is gone from /etc/myapp.env
# symptom: The site answers 502, but the application starts when the developer tries it by hand
# cause: environment-missing
# covers: C6 G3
# variants: unix tcp activation
# difficulty: medium
# expect: 502
# fewest: 2
edit /etc/myapp.env '/^SECRET_KEY=/d'
restart_fails
ask

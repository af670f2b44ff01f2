# title: a page raises an exception
# symptom: One page answers 500, all others work
# cause: app-error
# covers: X15
# variants: unix tcp
# difficulty: easy
# url: http://127.0.0.1/boom
# expect: 500
# fewest: 2
# healthy: sed -i 's|raise RuntimeError(.*)|return "done\\n"|' srv/myapp/myapp/routes.py
ask 'http://127.0.0.1/boom'

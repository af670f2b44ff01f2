# title: ALLOWED_HOSTS lacks the name under which visitors come
# symptom: Every page answers 400 since the site has a new name
# cause: app-bad-request
# covers: X15
# variants: unix tcp
# difficulty: medium
# expect: 400
# fewest: 2
echo 'ALLOWED_HOSTS=www.example.com' >>/etc/myapp.env
restart_works
ask

# title: the link of the site is gone and the distribution's default site answers
# symptom: The health check answers 404, and the front page says "Welcome to nginx!"
# cause: default-site
# covers: X15
# variants: unix tcp
# difficulty: easy
# url: http://127.0.0.1/healthz
# expect: 404
# fewest: 2
rm /etc/nginx/sites-enabled/myapp
ln -s ../sites-available/default /etc/nginx/sites-enabled/default
systemctl reload nginx
sleep 0.5
ask 'http://127.0.0.1/healthz'

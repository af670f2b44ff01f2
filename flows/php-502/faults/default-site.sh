# title: the link of the site is gone and the distribution's default site answers
# symptom: The health check answers 404, and PHP-FPM sees no request
# cause: default-site
# covers: P23
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/healthz
# expect: 404
# fewest: 2
rm /etc/nginx/sites-enabled/shop
ln -s ../sites-available/default /etc/nginx/sites-enabled/default
reload_nginx
ask 'http://127.0.0.1/healthz'

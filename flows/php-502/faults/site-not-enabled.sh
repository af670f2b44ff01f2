# title: the link of the only site is gone, so that nginx listens nowhere
# symptom: Connection refused, although nginx is active (running)
# cause: site-not-enabled
# covers: P23
# variants: unix tcp
# difficulty: medium
# expect: refused
# fewest: 3
rm /etc/nginx/sites-enabled/shop
systemctl restart nginx
ask

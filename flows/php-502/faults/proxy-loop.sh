# title: the site passes its pages to port 80, where nginx itself listens
# symptom: Every page answers 500 since Apache was replaced on this host
# cause: proxy-loop
# covers: P3
# variants: unix tcp
# difficulty: hard
# expect: 500
# fewest: 2
edit "$SITE" 's|fastcgi_pass .*;|proxy_pass http://127.0.0.1:80;|'
reload_nginx
ask

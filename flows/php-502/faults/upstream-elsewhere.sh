# title: nginx passes to the address of another server, which is switched off
# symptom: Every page answers 502 since the site was copied to this server
# cause: upstream-unreachable
# covers: P3
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 3
edit "$SITE" 's|fastcgi_pass .*;|fastcgi_pass 10.0.0.7:9000;|'
reload_nginx
ask

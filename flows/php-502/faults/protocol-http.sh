# title: nginx speaks HTTP to PHP-FPM, which speaks FastCGI
# symptom: Every page answers 502 after the site's configuration was copied from another server
# cause: protocol-mismatch
# covers: P13
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$SITE" 's|fastcgi_pass unix:\(.*\);|proxy_pass http://unix:\1:;|; s|fastcgi_pass 127|proxy_pass http://127|'
reload_nginx
ask

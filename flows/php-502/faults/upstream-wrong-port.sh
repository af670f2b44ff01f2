# title: nginx passes to port 9001, and the pool listens on 9000
# symptom: Every page answers 502 after a change of the site's configuration
# cause: upstream-mismatch
# covers: P3
# variants: tcp
# difficulty: easy
# expect: 502
# fewest: 2
edit "$SITE" 's|127.0.0.1:9000|127.0.0.1:9001|'
reload_nginx
ask

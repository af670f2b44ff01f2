# title: nginx is told to answer 503 by itself, and the maintenance is over
# symptom: Every page answers 503 since the maintenance last night
# cause: nginx-answers
# covers: P23
# variants: unix tcp
# difficulty: easy
# expect: 503
# fewest: 2
edit "$SITE" 's|^\( *\)\(fastcgi_pass .*\)$|\1return 503;\n\1\2|'
reload_nginx
await answers 503

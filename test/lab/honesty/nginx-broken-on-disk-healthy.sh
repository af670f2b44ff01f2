# title: nothing is broken yet; nginx's configuration has a syntax error on disk, and nginx was not reloaded
# symptom: "nginx -t" fails, but is the site down?
# cause: healthy
# covers: C12 G4
# variants: unix
# difficulty: medium
# expect: 200
# fewest: 2
edit "$SITE" 's|include proxy_params;|include proxy_params|'

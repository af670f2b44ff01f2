# title: nothing is broken; nginx names the socket below /var/run, which is /run
# symptom: A colleague says that the addresses differ
# cause: healthy
# covers: P3
# variants: unix
# difficulty: medium
# expect: 200
# fewest: 1
edit "$SITE" 's|unix:/run/|unix:/var/run/|'
reload_nginx
ask

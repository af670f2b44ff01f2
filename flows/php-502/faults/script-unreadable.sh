# title: the site's folder is closed to the pool's user
# symptom: Every page answers 404 since the host was rebooted after its files were copied
# cause: script-unreadable
# covers: P15
# variants: unix tcp
# difficulty: hard
# expect: 404
# fewest: 2
chmod 750 "$APP"
restart_works
ask

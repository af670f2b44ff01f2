# title: index.php may be read by its owner only
# symptom: Every page answers 403 since the deployment
# cause: script-unreadable
# covers: P15
# variants: unix tcp
# difficulty: medium
# expect: 403
# fewest: 2
chmod 600 "$APP/public/index.php"
restart_works
ask

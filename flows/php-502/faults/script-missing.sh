# title: the deployment left the site without its index.php
# symptom: The health check answers 404 "File not found." since the deployment
# cause: script-missing
# covers: P14
# variants: unix tcp
# difficulty: easy
# url: http://127.0.0.1/healthz
# expect: 404
# fewest: 2
mv "$APP/public/index.php" "$APP/public/index.php.new"
restart_works
ask

# title: the site passes .html files to PHP-FPM, which runs only .php
# symptom: The imprint answers 403 "Access denied.", all other pages work
# cause: extension-denied
# covers: P15
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/imprint.html
# expect: 403
# fewest: 2
# healthy: echo '<p>Imprint</p>' >var/www/shop/public/imprint.html
echo '<p>Imprint</p>' >"$APP/public/imprint.html"
# shellcheck disable=SC2016 # $ is the end in nginx's pattern
edit "$SITE" 's#location ~ .*\.php\$#location ~ \\.(php|html)$#'
reload_nginx
ask 'http://127.0.0.1/imprint.html'

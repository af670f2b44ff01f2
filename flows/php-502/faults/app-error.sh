# title: a page calls a function of an extension that is not installed
# symptom: The basket answers 500, all other pages work
# cause: app-error
# covers: P20
# variants: unix tcp
# difficulty: easy
# url: http://127.0.0.1/basket
# expect: 500
# fewest: 2
# healthy: sed -i "s|'/healthz'|'/basket'|" var/www/shop/src/routes.php
edit "$APP/src/routes.php" "s|^        case '/healthz':|        case '/basket':\n            mysqli_connect('127.0.0.1', 'shop', 'lab-only');\n            return;\n&|"
await answers 500 'http://127.0.0.1/basket'

# title: a page recurses without end through array_map, which overflows the worker's stack
# symptom: The price list answers 502, all other pages work
# cause: worker-crash
# covers: P11
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/prices
# expect: 502
# fewest: 2
# healthy: sed -i "s|'/healthz'|'/prices'|" var/www/shop/src/routes.php
edit "$APP/src/routes.php" "s|^        case '/healthz':|        case '/prices':\n            (\$flat = function (array \$rows) use (\&\$flat) { return array_map(\$flat, [\$rows]); })([]);\n            return;\n&|"
await answers 502 'http://127.0.0.1/prices'

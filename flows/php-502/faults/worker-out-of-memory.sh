# title: a page takes more memory than the host has, and the kernel kills its worker
# symptom: The export answers 502 after a while, all other pages work
# cause: workers-killed
# covers: P12
# variants: unix tcp
# difficulty: hard
# url: http://127.0.0.1/export
# expect: 502
# fewest: 2
# memory: 300m
# healthy: sed -i "s|'/healthz'|'/export'|" var/www/shop/src/routes.php
edit "$APP/src/routes.php" "s|^        case '/healthz':|        case '/export':\n            for (\$rows = []; ; ) \$rows[] = str_repeat('row', 100000);\n&|"
sed -i 's|^memory_limit = .*|memory_limit = -1|' /etc/php/8.2/fpm/php.ini
restart_works
ask 'http://127.0.0.1/export'

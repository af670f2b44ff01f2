# title: the blog's pool has all its workers busy, and the shop's script crashes
# symptom: The price list answers 502, all other pages of the shop work
# cause: worker-crash
# covers: P24 P11
# variants: unix
# difficulty: hard
# url: http://127.0.0.1/prices
# expect: 502
# fewest: 2
# healthy: sed -i "s|'/healthz'|'/prices'|" var/www/shop/src/routes.php
sed 's|^\[www\]|[blog]|; s|^listen = .*|listen = /run/php/blog.sock|; s|^pm = .*|pm = static|; s|^pm.max_children = .*|pm.max_children = 1|' "$POOL" >/etc/php/8.2/fpm/pool.d/blog.conf
sed 's|^pm = .*|pm = dynamic|; s|^pm.max_children = .*|pm.max_children = 2|; s|^pm.start_servers = .*|pm.start_servers = 1|; s|^pm.max_spare_servers = .*|pm.max_spare_servers = 1|' -i /etc/php/8.2/fpm/pool.d/blog.conf
restart_works
for _ in 1 2 3; do
	SCRIPT_FILENAME="$APP/public/index.php" REQUEST_URI='/report?s=86400' QUERY_STRING='s=86400' REQUEST_METHOD=GET setsid cgi-fcgi -bind -connect /run/php/blog.sock >/dev/null 2>&1 &
done
await grep -q 'pool blog. server reached' "$LOG"
edit "$APP/src/routes.php" "s|^        case '/healthz':|        case '/prices':\n            (\$flat = function (array \$rows) use (\&\$flat) { return array_map(\$flat, [\$rows]); })([]);\n            return;\n&|"
await answers 502 'http://127.0.0.1/prices'

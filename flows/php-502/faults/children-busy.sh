# title: all workers of the pool are busy with endless requests
# symptom: Every page hangs, then answers 504; PHP-FPM is active (running)
# cause: max-children
# covers: P7
# variants: unix tcp
# difficulty: hard
# expect: 504
# fewest: 3
edit "$SITE" 's|^        fastcgi_pass|        fastcgi_read_timeout 5s;\n&|'
reload_nginx
for _ in 1 2 3 4 5 6; do
	setsid curl -s -o /dev/null 'http://127.0.0.1/report?s=86400' >/dev/null 2>&1 &
done
await grep -q 'max_children' "$LOG"
ask

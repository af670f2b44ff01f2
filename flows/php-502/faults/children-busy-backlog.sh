# title: all workers are busy, and the short queue in front of them is full
# symptom: Every page answers 502 at once when many people shop; PHP-FPM is active (running)
# cause: backlog-full
# covers: P8 P7
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
edit "$POOL" 's|^;listen.backlog = .*|listen.backlog = 2|'
restart_works
for _ in 1 2 3 4 5 6 7 8 9 10; do
	setsid curl -s -o /dev/null 'http://127.0.0.1/report?s=86400' >/dev/null 2>&1 &
done
await grep -q 'max_children' "$LOG"
await answers 502

# title: nothing is broken; the pool reached pm.max_children for a moment just now
# symptom: The log of PHP-FPM warns of pm.max_children
# cause: healthy
# covers: P7
# variants: unix tcp
# difficulty: medium
# expect: 200
# fewest: 1
for _ in 1 2 3 4 5 6; do
	setsid curl -s -o /dev/null 'http://127.0.0.1/report?s=4' >/dev/null 2>&1 &
done
await grep -q 'max_children' "$LOG"
await sh -c '! pgrep -x curl'
ask

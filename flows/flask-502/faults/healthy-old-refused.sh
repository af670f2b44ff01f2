# title: nothing is broken; nginx's error log holds the lines of an outage that is over
# symptom: The error log is full of "connect() failed", but is the site down?
# cause: healthy
# covers: X4 G5
# variants: unix tcp
# difficulty: medium
# expect: 200
# fewest: 2
systemctl stop "$SERVICE"
for _ in 1 2 3; do ask; done
restart_works
await answers 200

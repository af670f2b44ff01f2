# title: the disk of the application's data is full
# symptom: The site answers 502 since the nightly export
# cause: disk-full
# covers: X19 X8
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
mount -t tmpfs -o size=1m,uid=33,gid=33,mode=755 tmpfs /srv/myapp/var
dd if=/dev/zero of=/srv/myapp/var/export.csv bs=4k 2>/dev/null || true
restart_fails
ask

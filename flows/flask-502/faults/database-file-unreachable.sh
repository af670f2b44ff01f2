# title: the folder of the database file belongs to another user after a restore
# symptom: The site answers 502 after a backup was restored
# cause: database-unreachable
# covers: X8 C5
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
rm -f /srv/myapp/var/app.db
chown root:root /srv/myapp/var
chmod 700 /srv/myapp/var
restart_fails
ask

# title: WorkingDirectory= is a folder that www-data may not enter
# symptom: The site answers 502 since the application moved to a user's home
# cause: working-directory-missing
# covers: X6 G7
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
mkdir -p /home/deploy/myapp
cp /srv/myapp/wsgi.py /home/deploy/myapp/
chmod 700 /home/deploy
edit "$UNIT" 's|^WorkingDirectory=.*|WorkingDirectory=/home/deploy/myapp|'
restart_fails
ask

# title: the socket stands in a folder of deploy that is closed to others, though the socket itself is open
# symptom: The site answers 502 since the socket moved to the application's own folder
# cause: socket-folder-closed
# covers: X1 C4 G10
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 3
mkdir -m 0700 /home/deploy/run
chown deploy:deploy /home/deploy/run
chmod 755 /home/deploy
chown -R deploy:deploy /srv/myapp/var
edit "$UNIT" 's|www-data|deploy|; s|unix:/run/gunicorn/gunicorn.sock|unix:/home/deploy/run/gunicorn.sock|'
edit "$SITE" 's|unix:/run/gunicorn/gunicorn.sock|unix:/home/deploy/run/gunicorn.sock|'
restart_works
systemctl reload nginx
sleep 0.5
ask

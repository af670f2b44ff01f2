# title: nginx runs with the wrong port; the file on disk is right already, but nginx was not reloaded
# symptom: The site answers 502 although "the configuration has been fixed"
# cause: nginx-not-reloaded
# covers: C12 G13
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 3
case $VARIANT in
unix) edit "$SITE" 's|unix:/run/gunicorn/gunicorn.sock|unix:/run/gunicorn.sock|' ;;
tcp) edit "$SITE" 's|127.0.0.1:8000|127.0.0.1:8001|' ;;
esac
systemctl restart nginx
ask
sleep 1.1
case $VARIANT in
unix) edit "$SITE" 's|unix:/run/gunicorn.sock|unix:/run/gunicorn/gunicorn.sock|' ;;
tcp) edit "$SITE" 's|127.0.0.1:8001|127.0.0.1:8000|' ;;
esac
ask

# title: the unit's bind was changed to what nginx expects, and the service was not restarted with it
# symptom: The site answers 502 although "the unit file has been fixed"
# cause: unit-not-reloaded
# covers: C12 C2
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 3
edit "$SITE" 's|127.0.0.1:8000|127.0.0.1:8001|'
systemctl reload nginx
sleep 1.1
edit "$UNIT" 's|127.0.0.1:8000|127.0.0.1:8001|'
ask

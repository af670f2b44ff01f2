# title: gunicorn.service is stopped and masked, so that nothing can start it
# symptom: The site answers 502, and "systemctl start gunicorn" refuses to help
# cause: service-masked
# covers: X16 C1
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
systemctl stop gunicorn
# A unit that lives in /etc cannot be masked there: as administrators do, the file is put aside first.
mv "$UNIT" "$UNIT.bak"
systemctl mask gunicorn 2>/dev/null
ask

# title: the virtualenv was made again without its packages, so that Gunicorn itself cannot be imported
# symptom: The site answers 502 since the virtualenv was "cleaned up"
# cause: package-missing
# covers: C7 C5 X7
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
sed -i 's/^include-system-site-packages = true/include-system-site-packages = false/' /srv/myapp/venv/pyvenv.cfg
restart_fails
ask

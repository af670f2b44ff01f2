# title: venv/bin/gunicorn was saved with Windows line ends, so that its shebang names a file that does not exist
# symptom: The site answers 502 after the application was copied from a laptop
# cause: shebang-stale
# covers: X6 C7
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 3
sed -i 's|$|\r|' /srv/myapp/venv/bin/gunicorn
restart_fails
ask

# title: the Python under the virtualenv is gone, so that the shebang of venv/bin/gunicorn leads nowhere
# symptom: The site answers 502 after the distribution was upgraded
# cause: shebang-stale
# covers: C7 X6 X7
# variants: unix tcp
# difficulty: hard
# expect: 502
# fewest: 3
ln -sfn /usr/bin/python3.9 /srv/myapp/venv/bin/python3
restart_fails
ask

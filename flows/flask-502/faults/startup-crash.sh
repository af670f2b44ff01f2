# title: the application raises an exception while it starts
# symptom: The site answers 502 since the last deploy
# cause: app-startup-crash
# covers: C5 G3
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit /srv/myapp/myapp/__init__.py 's|^    db.connect|    app.config["PAGE_SIZE"] = int("twenty")\n    db.connect|'
restart_fails
ask

# title: the unit starts python -m gunicorn
edit "$UNIT" 's|/venv/bin/gunicorn|/venv/bin/python -m gunicorn|'
restart_works_or_waits

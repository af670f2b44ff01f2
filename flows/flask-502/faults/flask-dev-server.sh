# title: a developer's Flask server holds the port, and Gunicorn cannot start
# symptom: Every page answers 500 with a work in progress, and Gunicorn does not start
# cause: port-in-use
# covers: X12 C8 G9
# variants: tcp
# difficulty: medium
# expect: 500
# fewest: 3
systemctl stop "$SERVICE"
cat >/home/deploy/try.py <<'EOF'
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    raise RuntimeError("work in progress")
EOF
setsid sudo -u deploy sh -c 'cd /home/deploy && exec /srv/myapp/venv/bin/python3 -m flask --app try run --port 8000' >/dev/null 2>&1 &
await answers 500
restart_fails
ask

# title: another process holds 127.0.0.1:8000, so that Gunicorn cannot bind and systemd gives up
# symptom: The site shows somebody else's 404 page, and Gunicorn does not start
# cause: port-in-use
# covers: C8 G9 G3
# variants: tcp
# difficulty: medium
# expect: 404
# fewest: 3
systemctl stop "$SERVICE"
mkdir -p /srv/files
cat >/srv/files/serve.py <<'EOF'
from http.server import BaseHTTPRequestHandler, HTTPServer

class NotHere(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(404)
    do_HEAD = do_GET

HTTPServer(("127.0.0.1", 8000), NotHere).serve_forever()
EOF
setsid nohup python3 /srv/files/serve.py >/dev/null 2>&1 &
await curl -s http://127.0.0.1:8000/
restart_fails
ask

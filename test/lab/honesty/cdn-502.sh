# title: a CDN answers 502 by itself, and nginx and Gunicorn behind it are fine
# symptom: Visitors see 502, and nginx's logs show none of their requests
# cause: other-proxy
# covers: X15
# variants: tcp
# difficulty: hard
# url: http://127.0.0.1:8080/
# expect: 502
# fewest: 1
mkdir -p /opt/edge
cat >/opt/edge/edge.py <<'EDGE'
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Edge(BaseHTTPRequestHandler):
    def version_string(self):
        return "cloudflare"

    def do_GET(self):
        self.send_response(502)
        self.send_header("CF-RAY", "8f1c2d3e4a5b6c7d-AMS")
        self.end_headers()
        self.wfile.write(b"error code: 502")


ThreadingHTTPServer(("127.0.0.1", 8080), Edge).serve_forever()
EDGE
setsid python3 /opt/edge/edge.py >/dev/null 2>&1 &
await answers 502 http://127.0.0.1:8080/

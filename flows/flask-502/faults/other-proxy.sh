# title: a load balancer in front of nginx has the wrong address of nginx and answers 502 by itself
# symptom: Visitors see 502, and nginx's logs show none of their requests
# cause: other-proxy
# covers: X15 G1
# variants: tcp
# difficulty: hard
# url: http://127.0.0.1:8080/
# expect: 502
# fewest: 2
# repair: sed -i 's|8888|80|' /opt/balancer/balancer.py; setsid python3 /opt/balancer/balancer.py >/dev/null 2>&1 &
mkdir -p /opt/balancer
cat >/opt/balancer/balancer.py <<'EOF'
import http.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BACKEND = ("127.0.0.1", 8888)


class Balancer(BaseHTTPRequestHandler):
    server_version = "balancer/2.4"
    sys_version = ""

    def do_GET(self):
        try:
            backend = http.client.HTTPConnection(*BACKEND, timeout=5)
            backend.request("GET", self.path, headers={"Host": self.headers["Host"]})
            answer = backend.getresponse()
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(answer.read())
        except OSError:
            self.send_error(502)

    do_HEAD = do_GET


ThreadingHTTPServer(("127.0.0.1", 8080), Balancer).serve_forever()
EOF
setsid python3 /opt/balancer/balancer.py >/dev/null 2>&1 &
await answers 502 http://127.0.0.1:8080/

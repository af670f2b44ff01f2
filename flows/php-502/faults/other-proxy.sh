# title: a load balancer in front of nginx answers 502 by itself
# symptom: Every page answers 502 through the load balancer
# cause: other-proxy
# covers: P23
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1:8080/
# expect: 502
# fewest: 1
# repair: sed -i 's|502 Bad Gateway|200 OK|' /opt/balancer.php; setsid php /opt/balancer.php >/dev/null 2>&1 &
cat >/opt/balancer.php <<'EOF'
<?php
$listener = stream_socket_server('tcp://127.0.0.1:8080');
while ($client = stream_socket_accept($listener, -1)) {
    fread($client, 8192);
    fwrite($client, "HTTP/1.1 502 Bad Gateway\r\nServer: balancer/2.4\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    fclose($client);
}
EOF
setsid php /opt/balancer.php >/dev/null 2>&1 &
await answers 502 http://127.0.0.1:8080/

# title: nginx proxies to localhost, which is only ::1 here, and Gunicorn listens on 127.0.0.1
# symptom: The site answers 502 although Gunicorn runs and answers on port 8000
# cause: localhost-ipv6
# covers: X2 C2
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 3
sed '/^127.0.0.1/s/localhost/localhost4/' /etc/hosts >/etc/hosts.new
cat /etc/hosts.new >/etc/hosts
rm /etc/hosts.new
edit "$SITE" 's|http://127.0.0.1:8000|http://localhost:8000|'
systemctl reload nginx
sleep 0.5
ask

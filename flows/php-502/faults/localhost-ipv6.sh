# title: nginx passes to localhost, which is only ::1 here, and the pool listens on 127.0.0.1
# symptom: Every page answers 502 since the host's name service was set up anew
# cause: localhost-ipv6
# covers: P3
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 3
sed '/^127.0.0.1/s/localhost/localhost4/' /etc/hosts >/etc/hosts.new
cat /etc/hosts.new >/etc/hosts
rm /etc/hosts.new
edit "$SITE" 's|fastcgi_pass 127.0.0.1:9000|fastcgi_pass localhost:9000|'
reload_nginx
ask

# title: the upstream's name has a new address, but nginx keeps the one that it looked up at its start
# symptom: The site answers 502 since the application moved, although its name was changed in time
# cause: nginx-not-reloaded
# covers: X13 C12
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 4
echo '127.0.0.2	app.internal' >>/etc/hosts
edit "$SITE" 's|http://127.0.0.1:8000|http://app.internal:8000|'
systemctl restart nginx
sleep 1.1
sed 's|^127.0.0.2|127.0.0.1|' /etc/hosts >/etc/hosts.new
cat /etc/hosts.new >/etc/hosts
rm /etc/hosts.new
ask

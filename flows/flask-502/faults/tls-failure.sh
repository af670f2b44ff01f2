# title: the site's certificate is for another name
# symptom: The browser warns of an insecure connection
# cause: tls-failure
# covers: X19 G1
# variants: tcp
# difficulty: medium
# url: https://example.com/
# expect: failed
# fewest: 1
# healthy: mkdir -p etc/ssl/myapp etc/ssl/certs && echo '127.0.0.1 example.com' >>etc/hosts
# healthy: sed -i 's|^    server_name .*|    listen 443 ssl;\n&\n    ssl_certificate /etc/ssl/myapp/cert.pem;\n    ssl_certificate_key /etc/ssl/myapp/key.pem;|' etc/nginx/sites-available/myapp
# healthy: openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=example.com -addext subjectAltName=DNS:example.com -keyout etc/ssl/myapp/key.pem -out etc/ssl/myapp/cert.pem 2>/dev/null
# healthy: cp etc/ssl/myapp/cert.pem etc/ssl/certs/ca-certificates.crt
mkdir -p /etc/ssl/myapp
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=old.example.net -keyout /etc/ssl/myapp/key.pem -out /etc/ssl/myapp/cert.pem 2>/dev/null
echo '127.0.0.1	example.com' >>/etc/hosts
edit "$SITE" 's|^    server_name .*|    listen 443 ssl;\n&\n    ssl_certificate /etc/ssl/myapp/cert.pem;\n    ssl_certificate_key /etc/ssl/myapp/key.pem;|'
systemctl reload nginx
sleep 0.5
ask 'https://example.com/'

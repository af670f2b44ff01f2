# title: the site's certificate is for another name
# symptom: The browser warns of the certificate
# cause: tls-failure
# covers: P23
# variants: tcp
# difficulty: easy
# url: https://example.com/
# expect: failed
# fewest: 1
# healthy: mkdir -p etc/ssl/shop etc/ssl/certs && echo '127.0.0.1 example.com' >>etc/hosts
# healthy: sed -i 's|^    server_name .*|    listen 443 ssl;\n&\n    ssl_certificate /etc/ssl/shop/cert.pem;\n    ssl_certificate_key /etc/ssl/shop/key.pem;|' etc/nginx/sites-available/shop
# healthy: openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=example.com -addext subjectAltName=DNS:example.com -keyout etc/ssl/shop/key.pem -out etc/ssl/shop/cert.pem 2>/dev/null
# healthy: cp etc/ssl/shop/cert.pem etc/ssl/certs/ca-certificates.crt
mkdir -p /etc/ssl/shop
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=old.example.net -keyout /etc/ssl/shop/key.pem -out /etc/ssl/shop/cert.pem 2>/dev/null
echo '127.0.0.1	example.com' >>/etc/hosts
edit "$SITE" 's|^    server_name .*|    listen 443 ssl;\n&\n    ssl_certificate /etc/ssl/shop/cert.pem;\n    ssl_certificate_key /etc/ssl/shop/key.pem;|'
reload_nginx
ask 'https://example.com/'

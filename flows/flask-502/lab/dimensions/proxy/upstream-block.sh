# title: the site passes to an upstream block with keep-alive connections
address=$(sed -n 's|.*proxy_pass http://\(.*\);|\1|p' "$SITE")
edit "$SITE" "s|proxy_pass .*|proxy_pass http://myapp_servers;|; 1i upstream myapp_servers { server $address fail_timeout=0; keepalive 8; }"
systemctl reload nginx

# title: proxy_pass names nginx's own address, and proxy_params lengthens X-Forwarded-For each time round
# symptom: Every page answers 400, and one visit fills the access log with hundreds of lines
# cause: proxy-loop
# covers: X13 G6
# variants: tcp
# difficulty: hard
# expect: 400
# fewest: 2
edit "$SITE" 's|http://127.0.0.1:8000|http://127.0.0.1:80|'
# With room for longer headers nginx may run out of connections first, and answer 500.
edit "$SITE" 's|^    server_name .*|&\n    large_client_header_buffers 4 4k;|'
systemctl reload nginx
sleep 0.5
ask

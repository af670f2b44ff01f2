# title: proxy_pass names nginx's own address
# symptom: Every page answers 500, and one visit fills the access log with hundreds of lines
# cause: proxy-loop
# covers: X13 G6
# variants: tcp
# difficulty: hard
# expect: 500
# fewest: 2
edit "$SITE" 's|http://127.0.0.1:8000|http://127.0.0.1:80|; /include proxy_params/d'
systemctl reload nginx
sleep 0.5
ask

# title: nginx waits 2 seconds for an answer, the page takes 5
# symptom: One slow page answers 504, all others work
# cause: upstream-timeout
# covers: C11 G5
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/slow?s=5
# expect: 504
# fewest: 3
edit "$SITE" 's|\(proxy_pass .*;\)|\1\n        proxy_read_timeout 2s;|'
systemctl reload nginx
sleep 0.5
ask 'http://127.0.0.1/slow?s=5'

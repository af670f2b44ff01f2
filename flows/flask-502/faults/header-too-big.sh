# title: a page sends a header of 16 kB, more than nginx's buffer for a response's header
# symptom: One page answers 502, all others work
# cause: header-too-big
# covers: X14 G5
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/big-header
# expect: 502
# fewest: 2
# healthy: sed -i 's|include proxy_params;|&\n        proxy_buffer_size 32k;\n        proxy_buffers 8 32k;|' etc/nginx/sites-available/myapp
ask 'http://127.0.0.1/big-header'

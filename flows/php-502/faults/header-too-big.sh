# title: a page sends more response headers than nginx's buffer takes
# symptom: One page answers 502, all others work
# cause: header-too-big
# covers: P21
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/big
# expect: 502
# fewest: 2
# healthy: sed -i 's|^        fastcgi_pass|        fastcgi_buffer_size 16k;\n        fastcgi_buffers 8 16k;\n&|' etc/nginx/sites-available/shop
ask 'http://127.0.0.1/big'

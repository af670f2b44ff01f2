# title: a page sends more response headers than nginx's buffer takes
# symptom: One page answers 502, all others work
# cause: header-too-big
# covers: P21
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/big
# expect: 502
# fewest: 2
# healthy: sed -i 's|str_repeat(.x., 1000)|"x"|' var/www/shop/src/routes.php
ask 'http://127.0.0.1/big'

# title: two other applications behind the same nginx, the first healthy, the second broken
neighbour shop
neighbour blog 's|wsgi:app|wsgi_missing:app|'

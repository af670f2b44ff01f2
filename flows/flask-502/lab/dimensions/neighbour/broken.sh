# title: another application behind the same nginx, which is broken itself
neighbour blog 's|wsgi:app|wsgi_missing:app|'

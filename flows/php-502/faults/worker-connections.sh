# title: nginx's worker may have so few connections that none is left for the one to PHP-FPM
# symptom: Every page answers 500 since somebody saved memory
# cause: worker-connections
# covers: P22
# variants: unix tcp
# difficulty: hard
# expect: 500
# fewest: 2
edit /etc/nginx/nginx.conf 's|^worker_processes auto|worker_processes 1|; s|worker_connections .*;|worker_connections 4;|'
systemctl restart nginx
ask

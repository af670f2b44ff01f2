# title: nginx's workers run as nobody, who may not open the socket of www-data
# symptom: The site answers 502 since nginx.conf was replaced by another server's
# cause: socket-denied
# covers: C4 G10
# variants: activation
# difficulty: hard
# expect: 502
# fewest: 4
edit /etc/nginx/nginx.conf 's|^user www-data|user nobody nogroup|'
systemctl restart nginx
ask

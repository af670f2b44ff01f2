# title: nothing is broken; two sites have the same name, and nginx warns at each reload
# symptom: Every reload of nginx writes a warning to the error log
# cause: healthy
# covers: X4 G4
# variants: unix tcp
# difficulty: medium
# expect: 200
# fewest: 2
printf 'server {\n    listen 80;\n    server_name example.com;\n    return 404;\n}\n' >/etc/nginx/sites-enabled/old
systemctl reload nginx
sleep 0.5
ask

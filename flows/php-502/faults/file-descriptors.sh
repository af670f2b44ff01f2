# title: nginx's worker may open so few files that none is left for the connection to PHP-FPM
# symptom: Every page answers 500 since nginx's configuration was hardened
# cause: file-descriptors
# covers: P22
# variants: unix tcp
# difficulty: hard
# expect: 500
# fewest: 2
edit /etc/nginx/nginx.conf 's|^worker_processes auto|worker_processes 1|'
systemctl restart nginx
await answers 200
worker=$(pgrep -P "$(cat /run/nginx.pid)")
open=$(find "/proc/$worker/fd" -type l | wc -l)
# As many as an idle worker has: nginx does without its event counter, whose place the visitor's connection takes, and
# none is left for the connection to PHP-FPM.
edit /etc/nginx/nginx.conf "1i worker_rlimit_nofile $open;"
systemctl restart nginx
ask

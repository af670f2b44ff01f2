# title: PHP-FPM is stopped, and nginx passes to another socket than the pool's
# symptom: Every page answers 502 after two people repaired it on the same evening
# cause: service-stopped
# cause: upstream-mismatch
# covers: P2 P3
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
systemctl stop php8.2-fpm
edit "$SITE" 's|php8.2-fpm.sock|php8.1-fpm.sock|'
reload_nginx
ask

# title: all of PHP-FPM's processes were stopped with SIGSTOP
# symptom: Every page hangs, then answers 504; PHP-FPM is active (running)
# cause: processes-stopped
# covers: P7
# variants: unix tcp
# difficulty: hard
# expect: 504
# fewest: 3
edit "$SITE" 's|^        fastcgi_pass|        fastcgi_read_timeout 3s;\n&|'
reload_nginx
systemctl kill --signal=STOP php8.2-fpm
sleep 0.5
ask

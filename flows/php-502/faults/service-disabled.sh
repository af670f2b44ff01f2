# title: PHP-FPM is disabled, and the host was rebooted
# symptom: Every page answers 502 since the host was rebooted
# cause: service-disabled
# covers: P2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
systemctl disable --now php8.2-fpm 2>/dev/null
ask

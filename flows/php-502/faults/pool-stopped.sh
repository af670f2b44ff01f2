# title: PHP-FPM was stopped
# symptom: Every page answers 502 since the maintenance last night
# cause: service-stopped
# covers: P2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
systemctl stop php8.2-fpm
ask

# title: PHP-FPM's unit is masked
# symptom: Every page answers 502, and nobody can start PHP-FPM
# cause: service-masked
# covers: P2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
systemctl stop php8.2-fpm
systemctl mask php8.2-fpm 2>/dev/null
ask

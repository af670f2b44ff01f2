# title: the package of PHP-FPM went with an upgrade, and its unit with it
# symptom: Every page answers 502 since the upgrade of the distribution
# cause: unit-missing
# covers: P2
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
# healthy: mkdir -p usr/lib/systemd/system etc/init.d
# healthy: mv /root/php8.2-fpm.service usr/lib/systemd/system/
# healthy: mv /root/php8.2-fpm etc/init.d/
no_unit
ask

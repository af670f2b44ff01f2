# title: the program of PHP-FPM has lost its executable bit in a copy
# symptom: Every page answers 502 since a backup was put back
# cause: exec-not-executable
# covers: P2
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
chmod 644 /usr/sbin/php-fpm8.2
restart_fails
ask

# title: PHP-FPM's master was killed, and its socket file was left behind
# symptom: Every page answers 502, although the socket is there
# cause: socket-stale
# covers: P18 P2
# variants: unix
# difficulty: medium
# expect: 502
# fewest: 2
systemctl kill --signal=KILL php8.2-fpm
await systemctl is-failed --quiet php8.2-fpm
ask

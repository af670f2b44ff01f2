# title: a clean-up removed the socket's file while PHP-FPM runs
# symptom: Every page answers 502, and PHP-FPM is active (running)
# cause: socket-missing
# covers: P18
# variants: unix
# difficulty: hard
# expect: 502
# fewest: 2
rm "$SOCKET"
ask

# title: gunicorn.service is stopped and disabled, as after a reboot of a host where it was never enabled
# symptom: The server was rebooted, and since then the site answers 502
# cause: service-disabled
# covers: C1 C13 G2
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
systemctl disable --now "$SERVICE" 2>/dev/null
ask

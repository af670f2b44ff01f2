# title: gunicorn.service was stopped and nobody started it again
# symptom: The site answers 502 since last night's maintenance
# cause: service-stopped
# covers: C1 G2 G12
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
systemctl stop "$SERVICE"
ask

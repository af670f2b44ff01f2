# title: the file that EnvironmentFile= names was moved away
# symptom: The site answers 502 after secrets were moved to another place
# cause: environment-file-missing
# covers: C6 G2
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
mv /etc/myapp.env /etc/myapp.env.old
restart_fails
ask

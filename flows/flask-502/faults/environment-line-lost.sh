# title: the EnvironmentFile= line was lost from the unit, so that no variable is set
# symptom: The site answers 502 since the unit file was tidied up
# cause: environment-missing
# covers: C6 G7
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$UNIT" '/^EnvironmentFile=/d'
restart_fails
ask

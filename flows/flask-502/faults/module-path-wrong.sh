# title: ExecStart names the module wsgi_typo, which does not exist
# symptom: The site answers 502 after the unit file was edited
# cause: module-path-wrong
# covers: C5 G3 X7
# variants: unix tcp activation
# difficulty: easy
# expect: 502
# fewest: 2
edit "$UNIT" 's|wsgi:app|wsgi_typo:app|'
restart_fails
ask

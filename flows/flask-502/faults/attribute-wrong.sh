# title: ExecStart names wsgi:application, but the module calls it app
# symptom: The site answers 502 after a deploy that "only changed names"
# cause: attribute-wrong
# covers: C5 X7 G3
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
edit "$UNIT" 's|wsgi:app|wsgi:application|'
restart_fails
ask

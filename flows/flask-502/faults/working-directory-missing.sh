# title: WorkingDirectory= names a folder that was renamed by a release
# symptom: The site answers 502 since the last release
# cause: working-directory-missing
# covers: X6 G7
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit "$UNIT" 's|^WorkingDirectory=.*|WorkingDirectory=/srv/myapp/current|'
restart_fails
ask

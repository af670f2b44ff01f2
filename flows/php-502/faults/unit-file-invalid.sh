# title: the unit was copied by hand, and its section is misspelt, so that it has no ExecStart=
# symptom: Every page answers 502 since PHP-FPM has a unit of its own
# cause: unit-file-invalid
# covers: P2
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
systemctl stop php8.2-fpm
own_unit
edit "$UNIT" 's|^\[Service\]|[Servce]|'
systemctl daemon-reload
systemctl start php8.2-fpm 2>/dev/null || true
ask

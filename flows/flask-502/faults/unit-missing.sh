# title: the unit file was never copied to this server
# symptom: The site answers 502 on the new server
# cause: unit-missing
# covers: X17 C14
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 3
systemctl disable --now "$SERVICE" 2>/dev/null
rm "$UNIT"
systemctl daemon-reload
systemctl reset-failed
ask

# title: the unit is called myapp.service
systemctl disable --now "$SERVICE" 2>/dev/null || true
for file in /etc/systemd/system/gunicorn.service /etc/systemd/system/gunicorn.socket; do
	[ ! -e "$file" ] || mv "$file" "$(echo "$file" | sed 's|gunicorn|myapp|')"
done
sed -i 's|gunicorn\.socket|myapp.socket|' /etc/systemd/system/myapp.service
rename myapp

# Stands before every fault's script, after the lab's own verbs: where things are on this stack, and what its faults share.
# shellcheck shell=sh disable=SC2034
SERVICE=gunicorn
# What a level of a dimension says of this host: another name of the service.
[ ! -e /var/lib/lab-host.sh ] || . /var/lib/lab-host.sh
export SERVICE
UNIT=$(systemctl show --property=FragmentPath --value "$SERVICE" 2>/dev/null || true)
[ -n "$UNIT" ] || UNIT=/etc/systemd/system/$SERVICE.service
SITE=/etc/nginx/sites-available/myapp

# Restarts Gunicorn from the unit on disk and waits until it has failed.
restart_fails() {
	systemctl daemon-reload
	systemctl restart "$SERVICE" 2>/dev/null || true
	await systemctl is-failed --quiet "$SERVICE"
}

# The process ids of the service, each on a line.
processes() { grep -l "/$SERVICE\.service$" /proc/[0-9]*/cgroup 2>/dev/null | cut -d/ -f3; }

# Succeeds when Gunicorn's master has workers.
has_workers() { [ "$(processes | wc -l)" -ge 3 ]; }

# Waits until every worker has loaded the application and sleeps: one that is stopped before writes a traceback to the
# journal, or misses the signal, so that the stop takes 30 seconds.
await_workers() {
	await has_workers
	calm=0
	while [ "$calm" -lt 5 ]; do
		sleep 0.1
		if ps -o stat= -p "$(processes | paste -sd,)" | grep -q '^[RD]'; then calm=0; else calm=$((calm + 1)); fi
	done
}

# Restarts Gunicorn from the unit on disk and waits until it serves again.
restart_works() {
	systemctl daemon-reload
	systemctl restart "$SERVICE"
	await_workers
}

# Waits until the fresh host serves. Nobody asks before Gunicorn is there, so that the logs of a healthy host are clean.
boot() {
	await systemctl is-system-running --quiet
	[ "$VARIANT" = activation ] || await_workers
	await answers 200
	[ "$VARIANT" != activation ] || await_workers
}

# Restarts Gunicorn; where systemd opens the socket, a request starts it.
restart_works_or_waits() {
	systemctl daemon-reload
	[ "$VARIANT" != activation ] || systemctl stop "$SERVICE"
	[ "$VARIANT" = activation ] || systemctl restart "$SERVICE"
	await answers 200
	await_workers
}

# The service has that name from now on, and is started by it.
rename() {
	SERVICE=$1
	echo "SERVICE=$1" >/var/lib/lab-host.sh
	UNIT=$(systemctl show --property=FragmentPath --value "$1")
	systemctl daemon-reload
	if [ "$VARIANT" = activation ]; then systemctl enable --now "$1.socket" 2>/dev/null; else systemctl enable --now "$1" 2>/dev/null; fi
	await answers 200
	await_workers
}

# This way to set the host up does not go together with the variant.
does_not_apply() { exit 77; }

# A second application of that name behind the same nginx, in /srv/NAME: its own unit, address of the same kind, and site.
# Where the first application's unit has another name, the second one's is gunicorn.service.
neighbour() {
	cp -a /srv/myapp "/srv/$1"
	sed -i "s|/srv/myapp|/srv/$1|" "/srv/$1/venv/bin/gunicorn"
	sed -i "s|myapp.n|$1\\\\n|" "/srv/$1/myapp/routes.py"
	sed "s|/srv/myapp|/srv/$1|" /etc/myapp.env >"/etc/$1.env"
	case $VARIANT in
	tcp) bind=127.0.0.1:$((8101 + $(cat /var/lib/lab-neighbours 2>/dev/null | wc -l))) pass=http://$bind ;;
	*) bind=unix:/run/$1/$1.sock pass=http://$bind ;;
	esac
	unit=$1
	[ "$SERVICE" = gunicorn ] || [ -e /etc/systemd/system/gunicorn.service ] || unit=gunicorn
	cat >"/etc/systemd/system/$unit.service" <<-END
		[Unit]
		Description=Gunicorn instance to serve $1

		[Service]
		User=www-data
		Group=www-data
		WorkingDirectory=/srv/$1
		EnvironmentFile=/etc/$1.env
		RuntimeDirectory=$1
		ExecStart=/srv/$1/venv/bin/gunicorn --workers 2 --bind $bind wsgi:app

		[Install]
		WantedBy=multi-user.target
	END
	cat >"/etc/nginx/sites-available/$1" <<-END
		server {
		    listen 80;
		    server_name $1.example.com;

		    location / {
		        include proxy_params;
		        proxy_pass $pass;
		    }
		}
	END
	ln -s "../sites-available/$1" "/etc/nginx/sites-enabled/$1"
	[ -z "${2:-}" ] || edit "/etc/systemd/system/$unit.service" "$2"
	systemctl daemon-reload
	systemctl enable --now "$unit" 2>/dev/null || true
	systemctl reload nginx
	echo "$1 $unit" >>/var/lib/lab-neighbours
	if [ -z "${2:-}" ]; then
		await neighbour_answers "$1" 200
	else
		await systemctl is-failed --quiet "$unit"
		await neighbour_answers "$1" 502
	fi
}

# Succeeds when the second application of that name answers with that status.
neighbour_answers() { [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Host: $1.example.com" "$URL")" = "$2" ]; }

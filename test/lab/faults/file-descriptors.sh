# title: nginx's workers may open so few files that none is left for the connection to Gunicorn
# symptom: Every page answers 500, while Gunicorn is active (running) and answers when asked directly
# cause: file-descriptors
# covers: X11
# variants: unix tcp
# difficulty: hard
# expect: 500
limit=40
until answers 500; do
	limit=$((limit - 1))
	[ "$limit" -gt 5 ]
	sed -i '/^worker_rlimit_nofile/d; 1i worker_rlimit_nofile '"$limit"';' /etc/nginx/nginx.conf
	systemctl reset-failed nginx
	systemctl restart nginx
done
ask

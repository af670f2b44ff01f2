# title: Gunicorn logs to a file of its own, --error-logfile
mkdir -p /var/log/myapp
chown www-data:www-data /var/log/myapp
edit "$UNIT" 's|--workers 2|--error-logfile /var/log/myapp/error.log --workers 2|'
restart_works_or_waits

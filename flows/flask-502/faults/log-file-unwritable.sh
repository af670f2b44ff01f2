# title: Gunicorn's error log is in a folder that www-data may not write to
# symptom: The site answers 502 since Gunicorn got a log file of its own
# cause: log-file-unwritable
# covers: X8 G3
# variants: unix tcp
# difficulty: easy
# expect: 502
# fewest: 2
mkdir /var/log/myapp
edit "$UNIT" 's|--workers 2|--workers 2 --error-logfile /var/log/myapp/error.log|'
restart_fails
ask

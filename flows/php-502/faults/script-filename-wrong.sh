# title: SCRIPT_FILENAME names a folder in which the site is not
# symptom: Every page answers 404 "File not found." since the site was moved
# cause: script-filename-wrong
# covers: P14
# variants: unix tcp
# difficulty: medium
# expect: 404
# fewest: 2
edit "$SITE" 's|\$document_root\$fastcgi_script_name|/var/www/html$fastcgi_script_name|'
reload_nginx
ask

# title: nginx waits three seconds for a report that takes twelve
# symptom: The report answers 504, all other pages work
# cause: upstream-timeout
# covers: P10
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/report?s=12
# expect: 504
# fewest: 2
edit "$SITE" 's|^        fastcgi_pass|        fastcgi_read_timeout 3s;\n&|'
reload_nginx
ask 'http://127.0.0.1/report?s=12'

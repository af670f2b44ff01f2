# title: request_terminate_timeout ends a report that takes longer than three seconds
# symptom: The report answers 502 after a few seconds, all other pages work
# cause: request-terminated
# covers: P9
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/report?s=10
# expect: 502
# fewest: 2
edit "$POOL" 's|^;request_terminate_timeout = .*|request_terminate_timeout = 3s|'
restart_works
ask 'http://127.0.0.1/report?s=10'

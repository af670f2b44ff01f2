# title: Gunicorn kills a worker after 2 seconds, the page takes 5
# symptom: One slow page answers 502, all others work
# cause: worker-timeout
# covers: C10 G3 G5
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/slow?s=5
# expect: 502
# fewest: 2
edit "$UNIT" 's|--workers 2|--workers 2 --timeout 2|'
restart_works
ask 'http://127.0.0.1/slow?s=5'

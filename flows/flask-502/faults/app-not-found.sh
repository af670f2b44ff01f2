# title: nothing is broken; the address has a spelling mistake
# symptom: The health check answers 404
# cause: app-not-found
# covers: X15
# variants: unix tcp
# difficulty: easy
# url: http://127.0.0.1/helthz
# expect: 404
# fewest: 2
# correct: http://127.0.0.1/healthz
ask 'http://127.0.0.1/helthz'

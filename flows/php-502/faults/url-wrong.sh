# title: nothing is broken; the address names a port on which nobody listens
# symptom: Connection refused for one user
# cause: url-wrong
# covers: P23
# variants: unix tcp
# difficulty: easy
# url: http://127.0.0.1:8080/
# expect: refused
# fewest: 2
# correct: http://127.0.0.1/
ask 'http://127.0.0.1:8080/'

# title: nothing is broken; the address names a port on which nobody listens
# symptom: Connection refused, while colleagues see the site
# cause: url-wrong
# covers: X19 G1
# variants: tcp
# difficulty: easy
# url: http://127.0.0.1:8080/
# expect: refused
# fewest: 2
# correct: http://127.0.0.1/
ask 'http://127.0.0.1:8080/'

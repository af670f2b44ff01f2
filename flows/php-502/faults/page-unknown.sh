# title: nothing is broken; the address names a page that the shop does not have
# symptom: A page from an old newsletter answers 404, all others work
# cause: app-not-found
# covers: P23
# variants: unix tcp
# difficulty: easy
# url: http://127.0.0.1/summer-sale
# expect: 404
# fewest: 2
# correct: http://127.0.0.1/
ask 'http://127.0.0.1/summer-sale'

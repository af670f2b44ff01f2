# title: a page sends a header of 16 kB, more than nginx's buffer for a response's header
# symptom: One page answers 502, all others work
# cause: header-too-big
# covers: X14 G5
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/big-header
# expect: 502
ask 'http://127.0.0.1/big-header'

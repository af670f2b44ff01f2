# title: a report needs more memory than the host has, and the kernel kills the worker
# symptom: One page answers 502, all others work
# cause: workers-killed
# covers: X5 C10
# variants: unix tcp
# difficulty: hard
# url: http://127.0.0.1/report?mb=500
# memory: 300m
# expect: 502
# fewest: 2
ask 'http://127.0.0.1/report?mb=500'

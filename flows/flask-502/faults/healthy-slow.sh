# title: nothing is broken; this page just takes nine seconds
# symptom: The report page feels dead, though waiting long enough brings it
# cause: healthy
# covers: C11 X4
# variants: unix tcp
# difficulty: medium
# url: http://127.0.0.1/slow?s=9
# expect: 200
# fewest: 3
ask "$URL"

# title: nothing is broken; the name in the address does not exist
# symptom: The browser does not find the server
# cause: dns-failure
# covers: P23
# variants: tcp
# difficulty: easy
# url: http://www.example.test/
# expect: unresolved
# fewest: 1
# healthy: echo '127.0.0.1 www.example.test' >>etc/hosts
ask 'http://www.example.test/'

# title: Gunicorn was moved to a socket, nginx still proxies to the port
# symptom: The site answers 502 since Gunicorn was moved from a port to a socket
# cause: upstream-mismatch
# covers: C2 C15 G6 G7
# variants: tcp
# difficulty: medium
# expect: 502
# fewest: 3
edit "$UNIT" 's|--bind 127.0.0.1:8000|--bind unix:/run/gunicorn/gunicorn.sock|; s|^ExecStart=|RuntimeDirectory=gunicorn\nExecStart=|'
restart_works
ask

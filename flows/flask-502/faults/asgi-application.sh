# title: wsgi:app is an ASGI application, served by a WSGI worker
# symptom: Every page answers 500 since the application became asynchronous
# cause: worker-class-missing
# covers: X7 X15
# variants: unix tcp
# difficulty: hard
# expect: 500
# fewest: 2
cat >/srv/myapp/wsgi.py <<'EOF'
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"Hello from myapp\n"})
EOF
restart_works
ask

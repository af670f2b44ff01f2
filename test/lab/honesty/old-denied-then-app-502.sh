# title: the application itself answers 502, which nginx's error log does not hold; it holds denied connections of before
# symptom: One page answers 502, and the error log says "Permission denied"
# cause: app-error
# covers: X4 X15
# variants: unix
# difficulty: hard
# url: http://127.0.0.1/prices
# expect: 502
# fewest: 2
chmod 0600 /run/gunicorn/gunicorn.sock
chown root:root /run/gunicorn/gunicorn.sock
for _ in 1 2 3; do ask; done
cat >>/srv/myapp/myapp/routes.py <<'EOF'


@pages.get("/prices")
def prices():
    return jsonify(error="the price service does not answer"), 502
EOF
restart_works
await answers 200
sleep 2

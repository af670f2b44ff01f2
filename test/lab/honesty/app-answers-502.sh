# title: the application itself answers 502, because a service that it asks is down
# symptom: One page answers 502, all others work
# cause: app-error
# covers: X15
# variants: unix
# difficulty: hard
# url: http://127.0.0.1/prices
# expect: 502
# fewest: 2
cat >>/srv/myapp/myapp/routes.py <<'EOF'


@pages.get("/prices")
def prices():
    return jsonify(error="the price service does not answer"), 502
EOF
restart_works
ask 'http://127.0.0.1/prices'

# title: a page calls a native library that crashes the worker
# symptom: One page answers 502, all others work
# cause: worker-crash
# covers: X5 C10
# variants: unix tcp
# difficulty: hard
# url: http://127.0.0.1/thumbnail
# expect: 502
# fewest: 2
# healthy: printf '\n\n@pages.get("/thumbnail")\ndef thumbnail():\n    return "thumbnail"\n' >>srv/myapp/myapp/routes.py
cat >>/srv/myapp/myapp/routes.py <<'EOF'


@pages.get("/thumbnail")
def thumbnail():
    import ctypes

    return ctypes.string_at(0)
EOF
restart_works
ask 'http://127.0.0.1/thumbnail'

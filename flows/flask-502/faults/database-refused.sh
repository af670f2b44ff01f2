# title: DATABASE_URL names a PostgreSQL server that does not listen
# symptom: The site answers 502 after the database was moved
# cause: database-unreachable
# covers: X8 C5
# variants: unix tcp
# difficulty: medium
# expect: 502
# fewest: 2
edit /etc/myapp.env 's|^DATABASE_URL=.*|DATABASE_URL=postgresql://myapp:lab-only-password@127.0.0.1:5432/myapp|'
restart_fails
ask

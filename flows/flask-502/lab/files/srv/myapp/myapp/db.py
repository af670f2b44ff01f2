import sqlite3
from urllib.parse import urlsplit


def connect(url):
    """Open the database, so that a wrong address shows at start-up and not at the first request."""
    if urlsplit(url).scheme.startswith("postgres"):
        import psycopg2

        return psycopg2.connect(url, connect_timeout=3)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("CREATE TABLE IF NOT EXISTS visits (at TEXT DEFAULT CURRENT_TIMESTAMP)")
    return connection

import time
from contextlib import closing

from flask import Blueprint, current_app, jsonify, request

from . import db

pages = Blueprint("pages", __name__)


@pages.get("/")
def index():
    return "Hello from myapp\n"


@pages.get("/healthz")
def healthz():
    with closing(db.connect(current_app.config["DATABASE_URL"])) as connection:
        connection.execute("SELECT 1")
    return jsonify(status="ok")


@pages.get("/slow")
def slow():
    time.sleep(float(request.args.get("s", 5)))
    return "done\n"


@pages.get("/report")
def report():
    """Builds the whole report in memory, `mb` megabytes of it."""
    rows = bytearray(int(request.args.get("mb", 1)) * 1024 * 1024)
    rows[::4096] = b"x" * len(rows[::4096])
    return f"{len(rows)} bytes\n"


@pages.get("/boom")
def boom():
    raise RuntimeError("the price of order 4711 is missing")


@pages.post("/orders")
def orders():
    return jsonify(item=request.form["item"])


@pages.get("/big-header")
def big_header():
    return "see the headers\n", 200, {"X-Session": "s" * int(request.args.get("kb", 16)) * 1024}

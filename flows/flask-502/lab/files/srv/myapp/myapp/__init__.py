import os

from flask import Flask, abort, request

from . import db


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    app.config["DATABASE_URL"] = os.environ["DATABASE_URL"]
    db.connect(app.config["DATABASE_URL"])

    from .routes import pages

    app.register_blueprint(pages)
    allowed = os.environ.get("ALLOWED_HOSTS", "").split()

    @app.before_request
    def check_host():
        if allowed and request.host not in allowed:
            abort(400, f"Invalid Host header: {request.host!r} is not in ALLOWED_HOSTS")

    return app

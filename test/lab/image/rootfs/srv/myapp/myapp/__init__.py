import os

from flask import Flask

from . import db


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    app.config["DATABASE_URL"] = os.environ["DATABASE_URL"]
    db.connect(app.config["DATABASE_URL"])

    from .routes import pages

    app.register_blueprint(pages)
    return app

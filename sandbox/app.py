"""The Flask application over one world: all vendors, the control API, the pages for people."""

from __future__ import annotations

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from sandbox import control, faultpanel, feed
from sandbox.vendors import vendors
from sandbox.wire import Weather
from sandbox.world import World


class Sandbox(Flask):
    """Flask, with the world locked while a view runs and saved before its answer leaves."""

    world: World

    def dispatch_request(self) -> ResponseReturnValue:
        request.get_data(cache=True)  # a slow sender must not hold the world
        with self.world.lock:
            try:
                return super().dispatch_request()
            finally:
                self.world.save(only_if_made=request.method in {"GET", "HEAD"})


def create_app(world: World) -> Flask:
    """The whole outside world as one WSGI application; `.test_client()` needs no socket."""
    app = Sandbox(__name__, static_url_path="/_sandbox/static")
    app.world = world
    present = vendors()
    weather = Weather(app.wsgi_app, world, present)
    app.wsgi_app = weather  # type: ignore[method-assign]
    for vendor in present:
        app.register_blueprint(vendor.routes(world))
    app.register_blueprint(control.routes(world, present, weather.calls))
    app.register_blueprint(faultpanel.routes(world, weather.calls))
    app.register_blueprint(feed.routes(world, present))
    app.add_url_rule("/", "front_door", lambda: redirect("/feed/"))
    app.add_url_rule("/favicon.ico", "favicon", lambda: redirect("/_sandbox/static/mark.svg"))
    app.after_request(_private)
    return app


def _private(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response

"""The strangers at work: each as somebody else, against the product in this process, until it is enough."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.core.signals import got_request_exception
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RegexPattern

from tests.fuzz.hostile import Stranger, Wish

MAY_BE_RED = ("/health/",)  # says 503 when nobody works


@dataclass
class Found:
    """What came out. `broken`: the first request for each place where something broke, with where."""

    asked: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    broken: dict[str, str] = field(default_factory=dict)


def routes() -> list[str]:
    """Every address of the product; `<...>` where something varies."""
    return sorted(set(_walk(get_resolver().url_patterns, "/")))


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for each in patterns:
        here = before + _route(each.pattern)
        if isinstance(each, URLPattern):
            yield here
        else:
            yield from _walk(each.url_patterns, here)


def _route(pattern: Any) -> str:
    if not isinstance(pattern, RegexPattern):
        return str(pattern)
    return re.sub(r"\(\?P<(\w+)>(?:\([^)]*\)|[^()])*\)", r"<\1>", str(pattern)).strip("^$")


def fields_of(browser: Client, paths: list[str]) -> dict[str, list[str]]:
    """The names of the form fields on each page, so that forms are filled in and not only knocked at."""
    found: dict[str, list[str]] = {}
    for path in paths:
        response = browser.get(path)
        if not response.streaming:
            names = set(re.findall(rb'<(?:input|select|textarea)[^>]* name="([^"]+)"', response.content))
            found[path] = sorted(name.decode() for name in names - {b"csrfmiddlewaretoken"})
    return found


@dataclass(frozen=True, slots=True)
class Scene:
    """Who asks, and the keys of rows that are there. Made anew now and then: strangers break things."""

    browsers: dict[str, Client]
    keys: list[str]


AT_A_TIME = 300  # requests of each until the scene is made anew
Enough = Callable[[Found], bool]


def fuzz(seed: int, scene: Callable[[], Scene], *, enough: Enough) -> Found:
    """Ask until it is `enough`."""
    found = Found()
    raised: list[BaseException | None] = []

    def note(**told: Any) -> None:
        raised.append(sys.exc_info()[1])

    got_request_exception.connect(note)
    logging.disable(logging.CRITICAL)
    try:
        learned = _learn(scene())
        while not enough(found):
            _one_scene(seed + found.asked, scene(), learned, (found, raised, enough))
    finally:
        logging.disable(logging.NOTSET)
        got_request_exception.disconnect(note)
    return found


def _learn(scene: Scene) -> dict[str, list[str]]:
    pages = [route for route in routes() if "<" not in route and "logout" not in route]
    return {path: names for browser in scene.browsers.values() for path, names in fields_of(browser, pages).items()}


Notes = tuple[Found, list[BaseException | None], Enough]


def _one_scene(seed: int, scene: Scene, learned: dict[str, list[str]], notes: Notes) -> None:
    found, raised, enough = notes
    strangers = {
        name: Stranger(seed + number, routes(), scene.keys, learned) for number, name in enumerate(scene.browsers)
    }
    for _ in range(AT_A_TIME):
        for name, stranger in strangers.items():
            if enough(found):
                return
            raised.clear()
            _ask(name, scene.browsers[name], stranger.wish(), (found, raised))


def _ask(name: str, browser: Client, wish: Wish, notes: tuple[Found, list[BaseException | None]]) -> None:
    found, raised = notes
    cookies = browser.cookies.copy()
    status = _send(browser, wish)
    browser.cookies = cookies  # type: ignore[assignment]  # who signs out, or in as somebody else, is himself again
    found.asked += 1
    found.statuses[status] += 1
    if status >= 500 and not wish.path.startswith(MAY_BE_RED):
        found.broken.setdefault(_place(raised[-1] if raised else None), f"{name}: {str(wish)[:1500]}")


def _send(browser: Client, wish: Wish) -> int:
    path = quote(wish.path, safe="/<>%:@") + (f"?{urlencode(wish.query)}" if wish.query else "")
    options: dict[str, Any] = {
        "headers": {name: value for name, value in wish.headers.items() if name != "Content-Type"}
    }
    if wish.method in {"GET", "HEAD"}:
        response = getattr(browser, wish.method.lower())(path, **options)
    elif isinstance(wish.body, dict) and wish.method == "POST":
        response = browser.post(path, wish.body, **options)
    else:
        body = wish.body if isinstance(wish.body, bytes) else urlencode(wish.body).encode()
        kind = wish.content_type or wish.headers.get("Content-Type", "application/octet-stream")
        response = browser.generic(wish.method, path, body, content_type=kind, **options)
    if response.streaming:
        b"".join(response.streaming_content)
    return int(response.status_code)


def _place(error: BaseException | None) -> str:
    """Where it broke: the innermost line of ours, and what was raised."""
    if error is None:
        return "somewhere"
    lines = traceback.extract_tb(error.__traceback__)
    ours = [line for line in lines if "site-packages" not in line.filename and "/lib/python" not in line.filename]
    last = (ours or lines)[-1]
    return f"{last.filename.rpartition('/main/')[2]}:{last.lineno} {type(error).__name__}: {str(error)[:160]}"

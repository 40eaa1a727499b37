"""What strangers send: values, headers and bodies that break programs. All of it follows from one seed."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

VALUES = [
    *("", " ", "0", "-1", "1e3", "NaN", "None", "null", "true"),
    *("[]", "{}", "\0", "\r\nX-Evil: 1", "\u202e", "\ud7ff", "é"),
    *("../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\x"),
    *("file:///etc/passwd", "http://169.254.169.254/", "//evil"),
    *("https://evil.example.org/", "javascript:alert(1)"),
    *("data:text/html,x", "<svg onload=alert(1)>", "{{7*7}}", "{% x %}"),
    *("%s%n", "%00", "%c0%ae", "${jndi:x}", "' OR 1=1 --", '"; DROP TABLE x'),
    *("=cmd()", "a" * 300, "9" * 400, "9" * 5000),
    *("0b8ff7f6-4a48-4f24-8f3c-5d8f3b1c0000", "2026-02-30"),
    *("2026-13-45T99:99", "25:61", "9999-12-31T23:59:59Z", "1601-01-01"),
    *("-9223372036854775809", "99999999999999999999", "1.5", "\uff10"),
    *("٣", "Mars/Base", "en-\0", "x" * 20_000, "\x1b[31m", "😀" * 50),
    *("a@b", "ann@example.org", "ann@example.org\nBcc: x@y"),
    *("sk-abcdefgh", "EAAabcdef", "google", "facebook", "threads"),
    *("2147483647", "2147483648", "-2147483649", "0x10", "1_000", "+1", " 1 "),
]  # fmt: skip
NAMES = [
    "_popup",
    "_selected_action",
    "_to_field",
    "access_token",
    "action",
    "all",
    "alt_text",
    "answer",
    "app_label",
    "approval",
    "back",
    "backlog",
    "captioner",
    "channels",
    "client_id",
    "code",
    "confirm",
    "created_at__gte",
    "created_at__year",
    "credential",
    "csrf",
    "due_at",
    "e",
    "email",
    "error",
    "error_description",
    "field_name",
    "fit",
    "hashtags",
    "hub.challenge",
    "hub.mode",
    "hub.verify_token",
    "id",
    "index",
    "interval",
    "is_active",
    "is_superuser",
    "iss",
    "key",
    "kind",
    "kind__exact",
    "language",
    "latest_hours",
    "login",
    "model",
    "model_name",
    "name",
    "new_key",
    "new_secret",
    "next",
    "o",
    "oldpassword",
    "owner",
    "owner__id",
    "p",
    "page",
    "password",
    "password1",
    "password2",
    "permalink",
    "person",
    "place",
    "post",
    "prompt_template",
    "provider",
    "q",
    "refresh_token",
    "remember",
    "role",
    "scope",
    "select_across",
    "signed_request",
    "source",
    "spacing",
    "stage",
    "state",
    "term",
    "text",
    "time_zone",
    "to",
    "when",
    "words",
]
HEADERS = [
    ("Accept-Language", "x" * 3000), ("Accept", "\xff"),
    ("Cookie", "sessionid=\x01; csrftoken=;;=="), ("Range", "bytes=9-1"),
    ("Range", "bytes=" + "9" * 500 + "-"), ("X-Forwarded-For", "1.2.3.4, <svg>"),
    ("X-Forwarded-Host", "evil.example.org"),
    ("X-Forwarded-Proto", "https"), ("Host", "evil.example.org"), ("Host", "a b"), ("Referer", "javascript:x"),
    ("HX-Request", "true"), ("Content-Encoding", "gzip"), ("User-Agent", "\u00ff" * 500), ("Origin", "null"),
    ("If-Modified-Since", "never"), ("Content-Type", "text/plain; charset=nonsense"),
    ("X-Hub-Signature-256", "sha256=zz"),
    ("X-HTTP-Method-Override", "DELETE"), ("Authorization", "Bearer x"), ("X-Requested-With", "XMLHttpRequest"),
]  # fmt: skip
METHODS = ["GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Wish:
    """One request. `body`: form fields, or bytes of a type."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | bytes = b""
    content_type: str = ""


class Stranger:
    """Asks one hostile thing after the other."""

    def __init__(self, seed: int, routes: list[str], keys: list[str], fields: dict[str, list[str]]) -> None:
        self._dice = random.Random(seed)
        self._routes, self._keys, self._fields = routes, keys, fields

    def wish(self) -> Wish:
        """The next request."""
        dice = self._dice
        path = self._path(dice.choice(self._routes))
        method = dice.choice(METHODS)
        query = [(self._name(path), self._value()) for _ in range(dice.choice((0, 0, 1, 1, 2, 5)))]
        headers = dict(dice.sample(HEADERS, dice.choice((0, 0, 0, 1, 2))))
        if method not in {"POST", "PUT", "PATCH"}:
            return Wish(method, path, query, headers)
        return Wish(method, path, query, headers, *self._body(path))

    def _path(self, route: str) -> str:
        while "<" in route:
            before, _, rest = route.partition("<")
            _, _, after = rest.partition(">")
            route = before + self._in_path() + after
        return route

    def _in_path(self) -> str:
        near = [*self._keys] * 3 + ["google", "facebook", "threads", "approve", "discard", "forget"]
        return self._dice.choice(near) if self._dice.random() < 0.7 else self._value()[:200].replace("/", "")

    def _name(self, path: str) -> str:
        known = self._fields.get(path, [])
        return self._dice.choice(known) if known and self._dice.random() < 0.6 else self._dice.choice(NAMES)

    def _value(self) -> str:
        dice = self._dice
        if dice.random() < 0.15:
            return "".join(chr(dice.choice((dice.randrange(1, 128), dice.randrange(1, 0xD7FF)))) for _ in range(12))
        return dice.choice(VALUES if dice.random() < 0.8 else self._keys)

    def _body(self, path: str) -> tuple[dict[str, Any] | bytes, str]:
        kind: Callable[[str], tuple[dict[str, Any] | bytes, str]] = self._dice.choice(
            (self._form, self._form, self._form, self._json, self._bytes, self._signed)
        )
        return kind(path)

    def _form(self, path: str) -> tuple[dict[str, Any], str]:
        names = [*self._fields.get(path, []), *(self._dice.choice(NAMES) for _ in range(3))]
        return {name: self._value() for name in names if self._dice.random() < 0.85}, ""

    def _json(self, path: str) -> tuple[bytes, str]:
        deep = b"[" * 20_000 if self._dice.random() < 0.1 else json.dumps({self._name(path): self._value()}).encode()
        return deep, "application/json"

    def _bytes(self, path: str) -> tuple[bytes, str]:
        raw = self._dice.randbytes(self._dice.choice((0, 1, 50, 5000)))
        return raw, self._dice.choice(
            (FORM, "multipart/form-data; boundary=x", "multipart/form-data", "image/jpeg", "")
        )

    def _signed(self, path: str) -> tuple[dict[str, Any], str]:
        payload = json.dumps({"algorithm": "HMAC-SHA256", "user_id": self._value(), "issued_at": self._value()})
        parts = [base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in (self._value(), payload)]
        return {"signed_request": ".".join(parts[: self._dice.choice((1, 2, 2, 2))])}, ""

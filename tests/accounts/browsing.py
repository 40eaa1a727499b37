"""A browser for tests of connecting: our pages through Django's client, the providers' pages over HTTP."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, Credential, User
from tests.sandbox_fixture import Box

OURS = "http://testserver"


@dataclass
class Browser:
    """Somebody's browser, signed in a moment ago."""

    person: User
    box: Box
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.person)

    def leave(self, provider: str, *, login: Credential | None = None, **more: str) -> str:
        """Press Connect; the address of the consent page."""
        where = reverse("connect_again", args=[login.pk]) if login else reverse("connect", args=[provider])
        answer = self.client.post(where, more)
        assert answer.status_code == 200, answer.headers
        return answer.headers["Refresh"].removeprefix("0; url=")

    def allow(self, address: str, account: str = "", **ticked: Any) -> str:
        """Say yes on the consent page, to everything or to what is ticked; where the browser is sent back to."""
        page = requests.get(address, timeout=10)
        assert page.status_code == 200, page.text
        offered = {name: re.findall(rf'name="{name}" value="([^"]*)"', page.text) for name in ("scope", "page")}
        asked = {name: [html.unescape(value) for value in values] for name, values in offered.items()}
        form = {**asked, "decision": "allow", "account": account, **ticked}
        return sent_back(requests.post(address, data=form, timeout=10, allow_redirects=False))

    def deny(self, address: str) -> str:
        """Say no."""
        return sent_back(requests.post(address, data={"decision": "cancel"}, timeout=10, allow_redirects=False))

    def back(self, address: str) -> Any:
        """Follow the way back."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}")

    def choose(self, answer: Any, *places: str) -> Any:
        """Tick these, or all that are offered."""
        assert answer.status_code == 302, text_of(answer)
        page = self.client.get(answer.url).content.decode()
        offered = re.findall(r'name="place"\s+value="([^"]*)"(\s+checked)?\s*>', page)
        return self.client.post(answer.url, {"place": places or [key for key, _ in offered]})

    def connect(self, provider: str, account: str = "", *places: str, **ticked: Any) -> Credential:
        """The whole way."""
        answer = self.back(self.allow(self.leave(provider), account, **ticked))
        if provider != "google":
            answer = self.choose(answer, *places)
        assert answer.status_code == 302, text_of(answer)
        return Credential.objects.filter(owner=self.person, provider=provider).latest("refreshed_at")


def sent_back(answer: requests.Response) -> str:
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def query(address: str) -> dict[str, str]:
    """What an address carries."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def changed(address: str, **values: str | None) -> str:
    """The same address with other values; None takes one away."""
    kept = {name: value for name, value in {**query(address), **values}.items() if value is not None}
    return requests.Request("GET", address.split("?")[0], params=kept).prepare().url or ""


def text_of(answer: Any) -> str:
    """What a page says."""
    content = answer.content.decode()
    main = content[content.find("<main") :]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def nothing_connected() -> bool:
    return not Credential.objects.exists() and not Channel.objects.exists()

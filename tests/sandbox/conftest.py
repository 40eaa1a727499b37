"""What the tests of the sandbox share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.sandbox.pictures import Gallery, open_gallery
from tests.sandbox_fixture import Box


@dataclass(frozen=True, slots=True)
class Client:
    """A very plain client of one Graph host."""

    root: str
    token: str = ""

    def ask(self, method: str, path: str, files: dict[str, Any] | None = None, **params: Any) -> requests.Response:
        """One call, the token in the header."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        where: dict[str, Any] = {"params": params} if method == "GET" else {"data": params}
        return requests.request(
            method,
            f"{self.root}/{path}",
            headers=headers,
            files=files,
            timeout=10,
            allow_redirects=False,
            **where,
        )

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Read; has to work."""
        return self._good(self.ask("GET", path, **params))

    def post(self, path: str, files: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
        """Write; has to work."""
        return self._good(self.ask("POST", path, files=files, **params))

    def error(self, method: str, path: str, files: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
        """Has to be refused; the error."""
        answer = self.ask(method, path, files=files, **params)
        assert answer.status_code >= 400, answer.text
        return dict(answer.json()["error"])

    @staticmethod
    def _good(answer: requests.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def numbers(error: dict[str, Any]) -> tuple[int, int]:
    """Code and subcode."""
    return error["code"], error.get("error_subcode", 0)


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    """Somewhere on the internet with pictures."""
    with open_gallery() as gallery:
        yield gallery


@pytest.fixture
def person(sandbox: Box) -> dict[str, Any]:
    """Somebody with a Page, a linked Instagram account, one with its own login, and Threads."""
    return sandbox.person()


@pytest.fixture
def page(sandbox: Box, person: dict[str, Any]) -> Client:
    """A client with the Page's token; ask for `me`."""
    return Client(f"{sandbox.root}/graph.facebook.com/v25.0", person["facebook"]["pages"][0]["access_token"])


@pytest.fixture
def user(sandbox: Box, person: dict[str, Any]) -> Client:
    """A client with the person's own token."""
    return Client(f"{sandbox.root}/graph.facebook.com/v25.0", person["facebook"]["access_token"])


@pytest.fixture
def insta(sandbox: Box, person: dict[str, Any]) -> Client:
    """A client of graph.instagram.com."""
    return Client(f"{sandbox.root}/graph.instagram.com/v25.0", person["instagram"]["access_token"])


@pytest.fixture
def thready(sandbox: Box, person: dict[str, Any]) -> Client:
    """A client of graph.threads.net."""
    return Client(f"{sandbox.root}/graph.threads.net/v1.0", person["threads"]["access_token"])

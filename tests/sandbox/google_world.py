"""Steering the Google of the sandbox from tests, over its control API."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import Any

import requests
from PIL import Image

from tests.sandbox_fixture import Box


@dataclass(frozen=True, slots=True)
class Google:
    """One person's Google account."""

    root: str
    login: dict[str, Any]

    @property
    def home(self) -> str:
        return str(self.login["root"])

    def steer(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = requests.request(method, f"{self.root}/_sandbox/drive/{path}", timeout=10, **more)
        answer.raise_for_status()
        return dict(answer.json())

    def folder(self, name: str, parent: str = "") -> str:
        return str(self.steer("POST", "folders", json={"name": name, "parent": parent or self.home})["id"])

    def upload(self, name: str, content: bytes = b"bytes", parent: str = "") -> dict[str, Any]:
        return self.steer("POST", "files", params={"name": name, "parent": parent or self.home}, data=content)

    def act(self, act: str, file_id: str, **wishes: Any) -> dict[str, Any]:
        return self.steer("POST", f"files/{file_id}/{act}", json=wishes)

    def delete(self, file_id: str) -> None:
        self.steer("DELETE", f"files/{file_id}")

    def get(
        self, path: str, *, token: str = "", headers: dict[str, str] | None = None, **params: Any
    ) -> requests.Response:
        return requests.get(
            f"{self.root}/www.googleapis.com/drive/v3/{path}",
            params=params,
            headers={"Authorization": f"Bearer {token or self.login['access_token']}"} | (headers or {}),
            timeout=10,
        )

    def names(self, q: str, **params: Any) -> list[str]:
        answer = self.get("files", q=q, orderBy="name", **params)
        assert answer.status_code == 200, answer.text
        return [file["name"] for file in answer.json()["files"]]

    def asked(self) -> Counter[str]:
        """How often this account has asked Drive what."""
        return Counter(self.steer("GET", f"accounts/{self.login['account_id']}/asked"))

    def start(self) -> str:
        return str(self.get("changes/startPageToken").json()["startPageToken"])

    def changes(self, since: str, **params: Any) -> dict[str, Any]:
        answer = self.get("changes", pageToken=since, **params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def google_account(sandbox: Box, **wishes: Any) -> Google:
    """A new account with the practice app's login."""
    answer = requests.post(f"{sandbox.root}/_sandbox/drive/accounts", json=wishes, timeout=10)
    answer.raise_for_status()
    return Google(sandbox.root, answer.json())


def reason(answer: requests.Response) -> str:
    """What a Drive client decides on."""
    return str(answer.json()["error"]["errors"][0]["reason"])


def picture(width: int = 64, height: int = 48, colour: str = "teal", kind: str = "JPEG") -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()

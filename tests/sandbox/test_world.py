"""The world itself: what it remembers, its clock, and its life without sockets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.app import create_app
from sandbox.fetching import Fetched, Unfetchable
from sandbox.wire import HungUp
from sandbox.world import World
from tests.sandbox.pictures import picture

ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Thing:
    """A row for these tests."""

    id: str
    words: str = ""


@contextmanager
def running(*words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`python -m sandbox` as people start it; its address."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"], process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_killed_world_remembers_everything(tmp_path: Path) -> None:
    state = tmp_path / "world.json"
    with running("--state", str(state)) as (root, process):
        token = requests.post(f"{root}/_sandbox/practice", timeout=10).json()["facebook"]["pages"][0]["access_token"]
        graph = f"{root}/graph.facebook.com/v25.0"
        sent = {"access_token": token, "published": "false"}
        photo = requests.post(f"{graph}/me/photos", data=sent, files={"source": picture()}, timeout=10).json()["id"]
        sent = {"access_token": token, "message": "Remember me", "attached_media[0]": json.dumps({"media_fbid": photo})}
        post = requests.post(f"{graph}/me/feed", data=sent, timeout=10).json()["id"]
        os.kill(process.pid, signal.SIGKILL)
    with running("--state", str(state)) as (root, _process):
        [shown] = requests.get(f"{root}/_sandbox/feed", timeout=10).json()["data"]
        assert (shown["id"], shown["text"]) == (post, "Remember me")
        assert requests.get(shown["pictures"][0]["url"], timeout=10).content == picture()
        told = requests.get(f"{root}/graph.facebook.com/v25.0/me?access_token={token}", timeout=10)
        assert told.json()["name"] == "Practice Bakery"


def test_what_a_lost_answer_did_is_remembered_too(tmp_path: Path) -> None:
    state = tmp_path / "world.json"
    with running("--state", str(state)) as (root, process):
        requests.post(f"{root}/_sandbox/faults", json={"kind": "lost", "path": "*/feed"}, timeout=10)
        token = requests.post(f"{root}/_sandbox/practice", timeout=10).json()["facebook"]["pages"][0]["access_token"]
        with pytest.raises(requests.ConnectionError):
            requests.post(
                f"{root}/graph.facebook.com/me/feed", data={"access_token": token, "message": "Lost"}, timeout=10
            )
        os.kill(process.pid, signal.SIGKILL)
    with running("--state", str(state)) as (root, _process):
        assert [one["text"] for one in requests.get(f"{root}/_sandbox/feed", timeout=10).json()["data"]] == ["Lost"]


def test_the_command_says_where_it_listens_and_that_it_is_for_practice() -> None:
    with running("--practice") as (root, _process):
        told = requests.get(f"{root}/_sandbox/", timeout=10).json()
        assert (told["sandbox"], told["practice"]) == ("ai-poster", True)
        assert root.startswith("http://127.0.0.1:")


def test_in_practice_any_app_id_may_ask(tmp_path: Path) -> None:
    client = create_app(World(practice=True)).test_client()
    address = (
        "/www.facebook.com/v25.0/dialog/oauth?client_id=77&redirect_uri=http://localhost/back&scope=pages_show_list"
    )
    assert client.get(address).status_code == 200
    assert "Practice Bakery" in client.get(address).text
    assert create_app(World()).test_client().get(address).status_code == 400


def test_rows_bytes_and_time_survive(tmp_path: Path) -> None:
    world = World(state=tmp_path / "world.json", seed=1)
    world.table(Thing)["a"] = Thing("a", "kept")
    name = world.keep(b"bytes")
    world.advance(3600)
    first = world.new_id("17")
    world.save()
    again = World(state=tmp_path / "world.json", seed=1)
    assert again.table(Thing)["a"].words == "kept"
    assert again.blob(name) == b"bytes"
    assert again.offset == 3600
    assert again.new_id("17") != first


def test_ids_look_real_and_never_repeat() -> None:
    world = World(seed=3)
    ids = {world.new_id("178") for _ in range(20_000)}
    assert len(ids) == 20_000
    assert {(len(one), one[:3]) for one in ids} == {(17, "178")}


def test_the_same_seed_makes_the_same_world() -> None:
    one, two, other = World(seed=3), World(seed=3), World(seed=4)
    assert one.new_token("EAA") == two.new_token("EAA") != other.new_token("EAA")


def test_nothing_but_bytes_that_were_kept_is_served(tmp_path: Path) -> None:
    world = World(state=tmp_path / "world.json")
    (tmp_path / "secret").write_text("x")
    for name in ("../secret", "..", "", "0" * 64):
        with pytest.raises(KeyError):
            world.blob(name)


class Simulation:
    """The sandbox in this process: its own clock, no socket, pictures from a dict."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0
        self.slept: list[float] = []
        self.world = World(clock=lambda: self.time, sleep=self.slept.append, fetch=self.fetch, reach=self.fetch, seed=1)
        self.client = create_app(self.world).test_client()
        made = self.ask("POST", "/_sandbox/accounts", json={"meta": {}})
        self.token = made["instagram"]["access_token"]

    def fetch(self, url: str) -> Fetched:
        if not url.startswith("https://poster.example/"):
            raise Unfetchable(url)
        return Fetched("image/jpeg", picture(640, 640))

    def ask(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        return dict(self.client.open(path, method=method, **sent).get_json())

    def graph(self, method: str, path: str, **params: Any) -> dict[str, Any]:
        sent = {"query_string" if method == "GET" else "data": params}
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.ask(method, f"/graph.instagram.com/v25.0/{path}", headers=headers, **sent)


def test_without_sockets_processing_follows_the_injected_clock() -> None:
    box = Simulation()
    container = box.graph("POST", "me/media", image_url="https://poster.example/a.jpg")["id"]
    assert box.graph("GET", container, fields="status_code")["status_code"] == "IN_PROGRESS"
    box.time += 2
    assert box.graph("GET", container, fields="status_code")["status_code"] == "FINISHED"
    assert box.graph("POST", "me/media_publish", creation_id=container)["id"]
    assert box.graph("POST", "me/media", image_url="https://elsewhere.example/a.jpg")["error"]["code"] == 9004


def test_without_sockets_a_hang_up_is_an_exception_and_a_delay_takes_no_time() -> None:
    box = Simulation()
    box.ask("POST", "/_sandbox/faults", json={"kind": "lost", "method": "POST", "times": 1})
    with pytest.raises(HungUp):
        box.graph("POST", "me/media", image_url="https://poster.example/a.jpg")
    box.ask("POST", "/_sandbox/faults", json={"kind": "delay", "seconds": 80, "times": 1})
    assert box.graph("GET", "me")["id"]
    assert box.slept == [80]

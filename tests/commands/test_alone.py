"""`work` alone on a machine whose outside world is on the same machine: no web part runs, and pictures are fetched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests import pictures
from tests.ports import free_port
from tests.sandbox_fixture import Box

ROOT = Path(__file__).parent.parent.parent


def test_from_nothing_to_published_with_four_commands(sandbox: Box, tmp_path: Path) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "VAR": str(tmp_path / "var"),
        "REMOTE_ROOT": sandbox.root,
        "PORT": str(free_port()),
        "OPENAI_API_KEY": "sk-a-key-of-the-sandbox",
        "DJANGO_SUPERUSER_EMAIL": "ann@example.org",
        "DJANGO_SUPERUSER_PASSWORD": "a long password",
    }

    def manage(*words: str, stdin: str = "") -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=env, input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    folder = tmp_path / "shop"
    folder.mkdir()
    pictures.photo(folder / "fresh bread.jpg", 640, 640)
    tokens = sandbox.person()
    manage("migrate", "-v0")
    manage("createsuperuser", "--noinput")
    for provider in ("facebook", "threads"):
        manage("connect", provider, "--owner", "ann@example.org", stdin=json.dumps(tokens[provider]))
    where = ["--source", "folder", "--place", str(folder), "--channels", "all", "--existing", "post"]
    how = ["--approval", "auto", "--captioner", "openai"]
    manage("watch", "add", "--owner", "ann@example.org", "--name", "Shop", *where, *how)
    manage("work", "--until-idle")
    told = json.loads(manage("posts", "--json"))
    feed = sandbox.feed()
    assert sorted(post["platform"] for post in feed) == ["facebook", "instagram", "threads"]
    assert {row["remote_id"] for row in told} == {post["id"] for post in feed}
    assert {row["file_name"] for row in told} == {"fresh bread.jpg"}

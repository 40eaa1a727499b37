"""Ten thousand sealed tokens under a new key, while the real `start` delivers: how long, and does anything fail?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from bench import machine
from bench.path import NAMES, PLATFORMS, started, table
from tests.started import ROOT, until

TOKENS = 10_000
SEALED = f"""
from accounts.models import Credential, User
owner = User.objects.create_user("many@example.org", None)
field = Credential._meta.get_field("secret")
rows = [Credential(owner=owner, provider="facebook", remote_id=str(n), scopes=[]) for n in range({TOKENS})]
for row in rows:
    row.secret = field.seal(row.pk, {{"access_token": "EAA" + "x" * 190}})
Credential.objects.bulk_create(rows, batch_size=500)
"""


def measure() -> dict[str, str]:
    """All figures, by what they are."""
    with tempfile.TemporaryDirectory(prefix="ai-poster-bench-") as folder:
        home = Path(folder)
        with started(home) as running:
            until(lambda: running.feeds and running.posts() >= PLATFORMS)
            _manage(home, "shell", "--no-imports", "-c", SEALED)
            dropping = _drop(home / "var" / "inbox")
            began = time.monotonic()
            told = json.loads(_manage(home, "rotate_keys", "--new", "--json"))
            whole = time.monotonic() - began
            until(lambda: all(running.posts(name) >= PLATFORMS for name in dropping))
            gone = json.loads(_manage(home, "rotate_keys", "--forget", "--json"))
            states = [row["status"] for row in json.loads(_manage(home, "posts", "--json"))]
    if not gone["forgotten"]:
        raise RuntimeError("The old key was still used.")
    return {
        f"{told['resealed']} sealed values under a new key": f"{told['seconds']:.1f} s",
        "the whole command, start of Python included": f"{whole:.1f} s",
        "deliveries made meanwhile and after": str(states.count("published")),
        "deliveries that failed": str(sum(state in {"failed", "blocked", "missed"} for state in states)),
        "values that could not be opened": str(len(told["closed"])),
    }


def _drop(inbox: Path) -> tuple[str, ...]:
    for name in NAMES:
        Image.effect_noise((1600, 1200), 60).convert("RGB").save(inbox / f"{name}.jpg", quality=85)
    return NAMES


def _manage(home: Path, *words: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "manage.py", *words]
    environment = {**kept, "VAR": str(home / "var")}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    print("\n".join([*machine.facts(), "", *table(measure())]))

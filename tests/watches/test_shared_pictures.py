from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from media.images import BadPicture, Recipe, look_at, make_rendition

FEED = Recipe(max_width=1440, max_height=1800, min_ratio=0.8, max_ratio=1.91, min_width=320, max_bytes=8_000_000)
# Files in that collection that no reader may turn into a post: headers that lie, and what is no picture.
NEVER = ("bomb__", "svg__", "video")


def tried(path: Path, out: Path) -> str:
    """What is wrong with how `path` was treated; empty when nothing is."""
    try:
        picture = look_at(path, path.name)
        made = make_rendition(path, out, FEED)
    except BadPicture as bad:
        return "" if path.name[:12] in bad.sentence and not bad.may_pass else f"{path.name}: {bad.sentence}"
    if path.name.startswith(NEVER):
        return f"{path.name} passed"
    with Image.open(out) as result:
        result.load()
        sound = (
            result.format == "JPEG"
            and result.mode == "RGB"
            and result.size == (made.width, made.height)
            and not result.getexif()
            and not {"icc_profile", "progressive", "comment", "xmp", "exif"} & set(result.info)
            and 0.8 <= made.width / made.height <= 1.91
        )
    upright = (picture.width > picture.height) == (made.width > made.height) or "Space" in made.changed
    return "" if sound and (upright or picture.width == picture.height) else f"{path.name}: {made}"


@pytest.mark.slow
def test_every_picture_of_the_collection_is_rendered_well_or_refused_by_name(shared: Path, tmp_path: Path):
    files = sorted(path for path in (shared / "images").iterdir() if path.suffix != ".json")
    with ThreadPoolExecutor(2) as pool:
        faults = list(pool.map(tried, files, [tmp_path / str(at) for at in range(len(files))]))
    assert len(files) > 200
    assert [fault for fault in faults if fault] == []
    assert len(list(tmp_path.iterdir())) > 140

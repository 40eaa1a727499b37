"""`python -m tests.icons` draws static/poster/icon-*.png of mark.svg: the dashboard among the apps of a phone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.chromium import CHROMIUM, FLAGS

PLACE = Path(__file__).resolve().parent.parent / "static" / "poster"
ROUND = 'rx="8"'  # its corners; a phone that cuts a shape of its own wants the whole square
DRAWN = (("icon-192.png", 192, ROUND), ("icon-512.png", 512, ROUND), ("icon-whole.png", 512, ""))


def main() -> None:
    """All of them."""
    mark = (PLACE / "mark.svg").read_text()
    assert ROUND in mark
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, side, corners in DRAWN:
            page = chromium.new_page(viewport={"width": side, "height": side})
            page.set_content(mark.replace(ROUND, corners).replace('width="32" height="32">', ">", 1))
            page.add_style_tag(content="body { margin: 0 } svg { display: block; width: 100vw }")
            page.screenshot(path=PLACE / name, omit_background=True)
        chromium.close()


if __name__ == "__main__":
    main()

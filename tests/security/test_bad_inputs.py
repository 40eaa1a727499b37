"""Bad inputs of the catalogue (docs/security.md) that no other test has: pictures that are made to hurt, and forms."""

from __future__ import annotations

import contextlib
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts.models import User
from media.images import BadPicture, Recipe, look_at, make_rendition
from poster.permissions import TERMINAL, Caller, NotPossible
from publishing.posts import approving
from tests import factories, pictures
from tests.security.conftest import signed_in
from watches.models import Watch
from watches.watch_service import add_watch
from writing.captioners.placeholders import UnknownBlanks, fill

VALUES = dict.fromkeys(("name", "folder", "subject", "month", "place", "language"), "bread")
PLAIN = Recipe(max_width=1440, max_height=1440)


def published(path: Path) -> bytes:
    """What would go out."""
    made = path.with_name("out.jpg")
    make_rendition(path, made, PLAIN)
    return made.read_bytes()


# --- 5B: pictures


@pytest.mark.parametrize(
    "tail", [b"<?php system($_GET['c']); ?>", b"<script>alert(1)</script>", b"PK\x03\x04evil.class" * 50], ids=str
)
def test_i24_i27_what_hangs_on_a_picture_does_not_go_out(tmp_path: Path, tail: bytes) -> None:
    path = pictures.photo(tmp_path / "polyglot.jpg", 400, 320)
    path.write_bytes(path.read_bytes() + tail)
    assert tail not in published(path)


def test_i24_what_is_written_into_a_comment_does_not_go_out(tmp_path: Path) -> None:
    path = pictures.photo(tmp_path / "a.jpg", 400, 320, comment=b"<?php system('id'); ?>")
    assert b"php" in path.read_bytes()
    assert b"php" not in published(path)


@pytest.mark.parametrize("data", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", b"8BPS\0\x01\0\0"])
def test_i26_no_program_is_started_for_documents(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadPicture):
        look_at(pictures.raw(tmp_path / "a.jpg", data), "a.jpg")


def test_i25_an_entity_in_a_drawing_reads_no_file(tmp_path: Path) -> None:
    drawing = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'
    with pytest.raises(BadPicture, match="SVG drawing") as bad:
        look_at(pictures.raw(tmp_path / "a.jpg", drawing), "a.jpg")
    assert "root:" not in bad.value.sentence


def test_i32_of_five_thousand_frames_the_first_is_read(tmp_path: Path) -> None:
    frames = [Image.new("P", (64, 64), number % 250) for number in range(5000)]
    frames[0].save(tmp_path / "long.gif", save_all=True, append_images=frames[1:], duration=20, optimize=False)
    picture = look_at(tmp_path / "long.gif", "long.gif")
    assert (picture.width, picture.height) == (64, 64)


def test_i37_exif_that_leads_in_circles_is_left_alone(tmp_path: Path) -> None:
    """A directory whose next directory is itself, and a maker's note of 60 kB that points nowhere."""
    circle = b"II*\0\x08\0\0\0" + struct.pack("<H", 2)
    circle += struct.pack("<HHII", 0x927C, 7, 60_000, 0xFFFFFF00) + struct.pack("<HHII", 0x8769, 4, 1, 8)
    circle += struct.pack("<I", 8)
    path = pictures.photo(tmp_path / "a.jpg", 400, 320, exif=b"Exif\0\0" + circle)
    assert look_at(path, "a.jpg").width == 400
    assert b"Exif" not in published(path)


def test_i38_text_that_would_unfold_to_a_hundred_megabytes_is_not_unfolded(tmp_path: Path) -> None:
    """Read by a child of ours with bounded memory: refused or read, and quickly, but never unfolded here."""
    bomb = zlib.compress(b"x" * 100_000_000, 9)
    chunk = b"zTXt" + b"Comment\0\0" + bomb
    whole = pictures.saved(tmp_path / "a.png", Image.new("RGB", (400, 320))).read_bytes()
    at = whole.index(b"IDAT") - 4
    framed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    path = pictures.raw(tmp_path / "bomb.png", whole[:at] + framed + whole[at:])
    with contextlib.suppress(BadPicture):
        assert b"xxxx" not in published(path)


def test_i38_a_large_xmp_packet_does_not_go_out(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>" + "secret place " * 50_000 + "</x:xmpmeta>", zip=True)
    path = pictures.saved(tmp_path / "a.png", Image.new("RGB", (400, 320)), pnginfo=info)
    assert b"secret place" not in published(path)
    assert b"xmpmeta" not in published(path)


def test_i40_a_progressive_picture_of_many_scans_is_read_or_refused(tmp_path: Path) -> None:
    """The last scan, two thousand times over: each makes the decoder go through the whole picture."""
    whole = pictures.photo(tmp_path / "a.jpg", 800, 600, progressive=True).read_bytes()
    last = whole.rindex(b"\xff\xda")
    path = pictures.raw(tmp_path / "scans.jpg", whole[:last] + whole[last:-2] * 2000 + b"\xff\xd9")
    with contextlib.suppress(BadPicture):
        assert look_at(path, "scans.jpg").width == 800


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (0, 0, 0, 0)], ids=["black", "white", "clear"])
def test_i44_pictures_of_nothing_are_pictures(tmp_path: Path, colour: Any) -> None:
    mode = "RGBA" if len(colour) == 4 else "RGB"
    path = pictures.saved(tmp_path / "a.png", Image.new(mode, (400, 320), colour))
    assert published(path).startswith(b"\xff\xd8")


# --- 5A, 5C: names and templates


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "{caption.__class__}", "{name.__init__.__globals__}", "{settings.SECRET_KEY}", "${jndi:ldap}"]
)
def test_i13_i66_i67_what_is_no_blank_of_ours_is_refused_and_never_evaluated(text: str) -> None:
    with pytest.raises(UnknownBlanks, match="cannot fill"):
        fill(text, VALUES)


@pytest.mark.parametrize("text", ["{% debug %}", "{}", "100%s %n `id` $(id)", "%(name)s", "\\x41"])
def test_i13_i66_signs_of_other_languages_stay_as_they_are(text: str) -> None:
    try:
        filled = fill(text, VALUES)
    except UnknownBlanks:
        return
    assert filled == text


def test_i66_what_is_filled_in_is_not_filled_again() -> None:
    assert fill("Bread: {name}", {"name": "{place} {name}"}) == "Bread: {place} {name}"


def test_i67_a_template_of_a_megabyte_is_refused(db) -> None:
    bob = factories.person("Bob")
    wish = {"name": "Long", "text": "x" * 900_000}
    response = signed_in(bob).post(reverse("admin:watches_prompttemplate_add"), wish)
    assert response.status_code == 200
    assert "at most 4000" in response.content.decode()
    assert not bob.prompt_templates.exists()


# --- 5F: forms


@pytest.fixture
def bob(db) -> User:
    return factories.person("Bob")


NUMBERS = ["0", "1", "-1", "1e3", "5 min", "1000000000", "999999999999999999999", "", "NaN", "\u0661\u0662"]


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize("field", ["interval", "latest_hours", "spacing"])
def test_i104_i107_a_number_that_makes_no_sense_is_refused_in_words(field: str, value: str, bob: User) -> None:
    page = factories.channel(bob)
    order = factories.watch(bob, page)
    row, kept = (page, {"spacing": "0"}) if field == "spacing" else (order, _as_sent(order, page))
    where = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    response = signed_in(bob).post(where, {**kept, field: value})
    row.refresh_from_db()
    if response.status_code == 200:
        assert field in response.context["adminform"].form.errors
    else:
        assert getattr(row, field) == int(value)
    assert 2 <= order.interval <= 7 * 86400


def _as_sent(order: Watch, page: Any) -> dict[str, Any]:
    return {
        "name": order.name,
        "channels": [str(page.pk)],
        "captioner": order.captioner,
        "approval": "auto",
        "backlog": "skip",
        "fit": "pad",
        "interval": "60",
        "latest_hours": "24",
    }


def test_i104_a_rule_that_makes_no_sense_is_refused_whoever_asks(bob: User, tmp_path: Path) -> None:
    for rule in ({"interval": 0}, {"interval": -1}, {"interval": 10**9}, {"latest_hours": 10**9}, {"latest_hours": -1}):
        with pytest.raises(NotPossible):
            add_watch(
                bob,
                by=TERMINAL,
                name="x",
                source="folder",
                place=str(tmp_path),
                channels=[factories.channel(bob)],
                **rule,  # type: ignore[arg-type]
            )


def test_i104_the_latest_time_that_a_form_takes_can_be_reckoned_with(bob: User) -> None:
    """Two billion hours would be after the end of all calendars: the round of everybody would stop there."""
    post = factories.post(bob, factories.channel(bob), latest_hours=366 * 24)
    assert approving.approve(post, by=Caller.of(bob))


def test_i106_i105_there_is_no_field_for_a_schedule_and_zones_come_from_a_list() -> None:
    assert {field.name for field in Watch._meta.get_fields()} & {"schedule", "cron", "time_zone"} == set()


@pytest.mark.parametrize("asked", ["/etc/passwd", "/etc/hostname", "https://evil.example/x", "../../..", ""])
def test_i108_a_folder_that_is_none_is_refused_in_words(asked: str, bob: User) -> None:
    with pytest.raises(Exception, match=r"[A-Z].+\.$") as refused:
        add_watch(bob, name="x", source="folder", place=asked, channels=[factories.channel(bob)], by=TERMINAL)
    assert "Traceback" not in str(refused.value)

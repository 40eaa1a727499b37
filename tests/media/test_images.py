from __future__ import annotations

import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any, cast

import psutil
import pytest
from PIL import Image, ImageFilter

from media.images import (
    BadPicture,
    Fault,
    Limits,
    Recipe,
    look_at,
    make_for_model,
    make_rendition,
    make_thumbnail,
    take_in,
)
from tests import pictures
from tests.pictures import BLUE, CORNERS, RED, YELLOW

FEED = Recipe(max_width=1440, max_height=1800, min_ratio=0.8, max_ratio=1.91, min_width=320, max_bytes=8_000_000)
PLAIN = Recipe(max_width=2000, max_height=2000)
WHITE = (255, 255, 255)


def near(one: tuple[int, ...], other: tuple[int, ...], within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


def at(picture: Image.Image, spot: tuple[int, int]) -> tuple[int, ...]:
    """The colour there."""
    return cast(tuple[int, ...], picture.getpixel(spot))


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    right, bottom = picture.width - 9, picture.height - 9
    return [at(picture, spot) for spot in ((8, 8), (right, 8), (8, bottom), (right, bottom))]


def rendered(path: Path, recipe: Recipe = PLAIN) -> Image.Image:
    out = path.with_name("out")
    make_rendition(path, out, recipe)
    with Image.open(out) as picture:
        picture.load()
        return picture


def refusal(path: Path, name: str = "", **limits: Any) -> str:
    with pytest.raises(BadPicture) as bad:
        look_at(path, name or path.name, limits=Limits(**limits))
    with pytest.raises(BadPicture) as bad_too:
        make_rendition(path, path.with_name("never"), PLAIN, name=name, limits=Limits(**limits))
    assert bad_too.value.sentence == bad.value.sentence
    assert not path.with_name("never").exists()
    return bad.value.sentence


# A sound picture


def test_a_look_at_a_photo_tells_what_it_is_when_and_where(tmp_path: Path):
    path = pictures.photo(tmp_path / "IMG_1.jpg", 400, 300, exif=pictures.exif_of())
    picture = look_at(path, "IMG_1.jpg")
    assert (picture.format, picture.mime, picture.width, picture.height) == ("JPEG", "image/jpeg", 400, 300)
    assert picture.bytes == path.stat().st_size
    assert picture.taken_on == dt.date(2024, 7, 3)
    assert picture.place == (48.20833, 16.37)
    assert not picture.animated
    assert not picture.has_alpha


def test_west_and_south_are_negative(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.jpg", exif=pictures.exif_of(place=("S", "W")))
    assert look_at(path, "a.jpg").place == (-48.20833, -16.37)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "1970:01:01 00:00:00", "9999:12:31 00:00:00", "soon"])
def test_a_date_that_no_camera_can_mean_is_no_date(tmp_path: Path, taken: str):
    path = pictures.photo(tmp_path / "a.jpg", exif=pictures.exif_of(taken=taken))
    assert look_at(path, "a.jpg").taken_on is None


def test_damaged_exif_does_not_make_a_damaged_picture(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\x08\0\0\0" + b"\xff" * 200)
    picture = look_at(path, "a.jpg")
    assert (picture.width, picture.taken_on, picture.place) == (160, None, None)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif", "gif", "tiff", "bmp", "mpo"])
def test_every_kind_on_the_list_is_read_by_content_whatever_its_name(tmp_path: Path, suffix: str):
    options: dict[str, Any] = {"save_all": True, "append_images": [pictures.four_corners()]} if suffix == "mpo" else {}
    path = pictures.photo(tmp_path / f"a.{suffix}", **options).rename(tmp_path / "a.txt")
    picture = look_at(path, "a.txt")
    assert picture.format == {"jpg": "JPEG"}.get(suffix, suffix.upper())
    assert picture.mime.startswith("image/")
    assert all(near(*pair, within=25) for pair in zip(corners(rendered(path)), CORNERS, strict=True))


def test_an_animation_shows_its_first_frame_and_says_so(tmp_path: Path):
    for suffix in ("gif", "webp", "png", "avif"):
        path = pictures.animation(tmp_path / f"a.{suffix}")
        assert look_at(path, path.name).animated
        made = make_rendition(path, tmp_path / "out.jpg", PLAIN)
        assert "first frame" in made.changed
        with Image.open(tmp_path / "out.jpg") as picture:
            assert near(at(picture, (30, 20)), RED, within=25)


# The right way up, in the right colours


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(tmp_path: Path, orientation: int):
    path = pictures.turned(tmp_path / "a.jpg", orientation, quality=95)
    picture = look_at(path, "a.jpg")
    assert (picture.width, picture.height) == (160, 120)
    assert all(near(*pair) for pair in zip(corners(rendered(path)), CORNERS, strict=True))


@pytest.mark.parametrize("suffix", ["png", "webp", "tiff", "avif"])
@pytest.mark.parametrize("orientation", [5, 6])
def test_other_formats_are_turned_once_and_not_twice(tmp_path: Path, suffix: str, orientation: int):
    path = pictures.turned(tmp_path / f"a.{suffix}", orientation)
    assert (look_at(path, path.name).width, look_at(path, path.name).height) == (160, 120)
    assert all(near(*pair, within=25) for pair in zip(corners(rendered(path)), CORNERS, strict=True))


@pytest.mark.parametrize(
    ("suffix", "exif", "stored"),
    [("png", None, 6), ("png", 8, 8), ("jpg", None, 1), ("jpg", 3, 3), ("webp", None, 1)],
)
def test_the_turn_that_xmp_alone_tells_counts_in_png_and_nowhere_else(tmp_path: Path, suffix, exif, stored):
    path = pictures.turned_by_xmp(tmp_path / f"a.{suffix}", 6, stored=stored, exif=exif)
    assert (look_at(path, path.name).width, look_at(path, path.name).height) == (160, 120)
    assert all(near(*pair, within=25) for pair in zip(corners(rendered(path)), CORNERS, strict=True))


def test_the_turn_of_a_heic_is_applied_once(shared: Path, tmp_path: Path):
    """Both irot and EXIF say 6 in this photo of an arrow that points up."""
    path = shared / "images" / "icc-wide__pillow_heif__arrow.heic"
    make_rendition(path, tmp_path / "out.jpg", Recipe(max_width=300, max_height=300))
    with Image.open(tmp_path / "out.jpg") as picture:
        assert picture.height > picture.width
        ink = picture.convert("L").filter(ImageFilter.MedianFilter(3)).point(lambda value: 255 * (value < 90))
    top, bottom = ink.crop((0, 0, ink.width, 150)), ink.crop((0, 150, ink.width, 300))
    # The head's tip is at the top; across the lower part there are only the shaft's two lines.
    assert top.getbbox() is not None
    assert bottom.getbbox()[2] - bottom.getbbox()[0] < top.getbbox()[2] - top.getbbox()[0]


@pytest.mark.parametrize("make", [pictures.half_clear, pictures.clear_palette])
def test_what_is_transparent_becomes_white_or_the_colour_asked_for(tmp_path: Path, make):
    path = make(tmp_path / "a.png")
    assert look_at(path, "a.png").has_alpha
    assert near(at(rendered(path), (70, 30)), WHITE)
    assert near(at(rendered(path), (10, 30)), BLUE)
    green = Recipe(max_width=2000, max_height=2000, background="#10a040")
    assert near(at(rendered(path, green), (70, 30)), (16, 160, 64))


def test_an_alpha_channel_that_hides_nothing_is_no_transparency(tmp_path: Path):
    path = pictures.saved(tmp_path / "a.png", pictures.four_corners().convert("RGBA"))
    assert not look_at(path, "a.png").has_alpha
    assert make_rendition(path, tmp_path / "out", PLAIN).changed == ""


def test_sixteen_bit_grey_is_scaled_and_not_clipped(tmp_path: Path):
    picture = rendered(pictures.grey16(tmp_path / "a.png"))
    assert near(at(picture, (10, 30)), (128, 128, 128), within=3)
    assert near(at(picture, (70, 30)), WHITE, within=3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "LAB", "F", "I", "I;16"])
def test_every_way_to_hold_a_picture_becomes_rgb(tmp_path: Path, mode: str):
    grey = pictures.four_corners().convert("L")
    source = pictures.four_corners() if mode == "LAB" else grey
    path = tmp_path / "a.tiff"
    if mode == "LAB":
        Image.frombytes("LAB", grey.size, bytes((128, 128, 128)) * (160 * 120)).save(path)
    else:
        source.convert(mode).save(path)
    assert rendered(path).mode == "RGB"


def test_cmyk_becomes_rgb_in_the_same_colours(tmp_path: Path):
    path = pictures.saved(tmp_path / "a.jpg", pictures.four_corners().convert("CMYK"), quality=95)
    picture = rendered(path)
    assert picture.mode == "RGB"
    assert all(near(*pair, within=25) for pair in zip(corners(picture), CORNERS, strict=True))


def test_wide_colours_are_brought_to_srgb(tmp_path: Path):
    path = tmp_path / "a.png"
    Image.new("RGB", (64, 64), (200, 100, 50)).save(path, icc_profile=pictures.display_p3())
    picture = rendered(path)
    # The same colour needs more red and less blue in the narrower space (computed by hand from the two matrices).
    assert near(at(picture, (30, 30)), (216, 93, 24), within=4)
    assert "icc_profile" not in picture.info


@pytest.mark.parametrize("profile", [b"nonsense", pictures.display_p3()[:200], b"\xff" * 70000])
def test_a_broken_colour_profile_is_ignored(tmp_path: Path, profile: bytes):
    path = tmp_path / "a.png"
    Image.new("RGB", (64, 64), (200, 100, 50)).save(path, icc_profile=profile)
    assert near(at(rendered(path), (30, 30)), (200, 100, 50), within=4)


# What is published


def test_nothing_that_tells_who_or_where_is_left(tmp_path: Path):
    path = pictures.photo(
        tmp_path / "a.jpg", exif=pictures.exif_of(), comment=b"private", xmp=b"<x:xmpmeta>home</x:xmpmeta>"
    )
    assert b"Mustermann" in path.read_bytes()
    for form in ("JPEG", "PNG"):
        picture = rendered(path, Recipe(max_width=500, max_height=500, format=form))
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(word in (tmp_path / "out").read_bytes() for word in (b"Mustermann", b"private", b"xmp"))


def test_a_rendition_is_what_it_says_and_the_same_every_time(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.jpg", 900, 700, progressive=True)
    first = make_rendition(path, tmp_path / "1.jpg", FEED)
    again = make_rendition(path, tmp_path / "2.jpg", FEED)
    data = (tmp_path / "1.jpg").read_bytes()
    assert first == again
    assert (first.bytes, first.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (first.mime, first.width, first.height, first.changed) == ("image/jpeg", 900, 700, "")
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "JPEG"
        assert "progressive" not in picture.info


def test_bytes_are_kept_within_the_limit_by_quality_first_and_size_last(tmp_path: Path):
    path = pictures.saved(tmp_path / "a.png", Image.effect_noise((600, 600), 90).convert("RGB"))
    free = make_rendition(path, tmp_path / "out", PLAIN)
    held = make_rendition(path, tmp_path / "out", Recipe(max_width=600, max_height=600, max_bytes=free.bytes * 3 // 4))
    tiny = make_rendition(path, tmp_path / "out", Recipe(max_width=600, max_height=600, max_bytes=20_000))
    assert held.bytes <= free.bytes * 3 // 4
    assert (held.width, held.height) == (600, 600)
    assert tiny.bytes <= 20_000
    assert tiny.width < 600
    png = make_rendition(path, tmp_path / "out", Recipe(max_width=600, max_height=600, max_bytes=90_000, format="PNG"))
    assert (png.mime, png.bytes <= 90_000) == ("image/png", True)


def test_a_limit_that_no_picture_can_keep_is_refused(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.jpg", 600, 600)
    with pytest.raises(BadPicture, match=r"^a\.jpg cannot be made smaller than 200 bytes"):
        make_rendition(path, tmp_path / "out", Recipe(max_width=600, max_height=600, max_bytes=200))


def test_a_panorama_is_padded_in_its_own_even_colour(tmp_path: Path):
    picture = Image.new("RGB", (900, 200), (12, 90, 160))
    picture.paste(YELLOW, (300, 60, 600, 140))
    path = pictures.saved(tmp_path / "a.png", picture)
    made = make_rendition(path, tmp_path / "out", FEED)
    assert made.changed == "Space was added at the top and bottom."
    with Image.open(tmp_path / "out") as out:
        assert out.size == (900, 472)
        assert near(at(out, (450, 5)), (12, 90, 160), within=4)
        assert near(at(out, (450, 236)), YELLOW)


def test_a_restless_edge_is_continued_softly(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.png", 900, 200)
    made = make_rendition(path, tmp_path / "out", FEED)
    with Image.open(tmp_path / "out") as out:
        left, right = at(out, (100, 5)), at(out, (800, 5))
    assert made.height == 472
    assert left[0] > left[1]  # red continues above red
    assert right[1] > right[0]  # and green above green


def test_the_background_asked_for_fills_the_space(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.png", 200, 900)
    recipe = Recipe(max_width=1440, max_height=1800, min_ratio=0.8, background="#000000")
    assert near(at(rendered(path, recipe), (3, 450)), (0, 0, 0))


def test_a_cut_keeps_the_middle_and_says_how_much_is_lost(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.png", 1000, 400)
    square = Recipe(max_width=1080, max_height=1080, min_ratio=1, max_ratio=1, fit="crop")
    made = make_rendition(path, tmp_path / "out", square)
    assert (made.width, made.height) == (400, 400)
    assert made.changed == "Cut at the left and right: 60% of it does not show."
    with Image.open(tmp_path / "out") as out:
        assert all(near(*pair) for pair in zip(corners(out), CORNERS, strict=True))


def test_a_picture_is_enlarged_only_where_the_platform_needs_it(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.jpg", 160, 120)
    made = make_rendition(path, tmp_path / "out", FEED)
    assert (made.width, made.height) == (320, 240)
    assert made.changed == "Enlarged to 320 x 240 pixels."
    assert make_rendition(path, tmp_path / "out", PLAIN).width == 160


def test_thumbnails_and_what_a_model_sees_fit_inside_their_size(tmp_path: Path):
    path = pictures.turned(tmp_path / "a.jpg", 6, quality=95)
    assert (make_thumbnail(path, tmp_path / "t.jpg", 80).width, 60) == (80, 60)
    large = pictures.photo(tmp_path / "b.jpg", 3000, 2000, exif=pictures.exif_of())
    seen = make_for_model(large, tmp_path / "m.jpg")
    assert (seen.width, seen.height) == (1024, 683)
    assert b"Mustermann" not in (tmp_path / "m.jpg").read_bytes()


# What is left of it


def test_taking_it_in_looks_and_makes_both_small_pictures(tmp_path: Path):
    path = pictures.turned(tmp_path / "a.jpg", 6)
    taken = take_in(path, "a.jpg", for_model=tmp_path / "m.jpg", thumbnail=tmp_path / "t.jpg")
    assert taken.picture == look_at(path, "a.jpg")
    make_for_model(path, tmp_path / "alone.jpg")
    assert (tmp_path / "m.jpg").read_bytes() == (tmp_path / "alone.jpg").read_bytes()
    for made, told in (("m.jpg", taken.for_model), ("t.jpg", taken.thumbnail)):
        assert hashlib.sha256((tmp_path / made).read_bytes()).hexdigest() == told.sha256
    with Image.open(tmp_path / "t.jpg") as small:
        assert small.size == (160, 120)
        assert not small.getexif()


def test_taking_in_what_is_no_picture_leaves_nothing(tmp_path: Path):
    path = pictures.cut(pictures.photo(tmp_path / "a.jpg"))
    with pytest.raises(BadPicture, match=r"a\.jpg"):
        take_in(path, "a.jpg", for_model=tmp_path / "m.jpg", thumbnail=tmp_path / "t.jpg")
    assert [file.name for file in tmp_path.iterdir()] == ["a.jpg"]


# Refused


def test_an_empty_file_is_refused(tmp_path: Path):
    assert refusal(pictures.raw(tmp_path / "a.jpg", b"")) == (
        "a.jpg is empty: there is nothing in it. Save it again and drop it in once more."
    )


@pytest.mark.parametrize(
    ("data", "looks"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"PK\x03\x04\x14\0", "a ZIP archive or an office document"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "a sound or video file"),
        (b"\x1aE\xdf\xa3\x01\0\0\0", "a video"),
        (b"RIFF\x24\0\0\0AVI LIST", "a video"),
        (b"<!DOCTYPE html><html><script>alert(1)</script>", "a web page"),
        (b"Sehr geehrte Damen und Herren", "a text file"),
        (b"BMW, our new car", "a text file"),
        (bytes(range(256)), "data of an unknown kind"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(tmp_path: Path, data: bytes, looks: str):
    sentence = refusal(pictures.raw(tmp_path / "a.jpg", data))
    assert sentence == f"a.jpg is not a picture: it looks like {looks}. Drop in a JPEG, PNG, WebP or HEIC picture."


@pytest.mark.parametrize(
    ("data", "looks"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b"8BPS\0\x01", "a Photoshop file"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
        (b"\0\0\x01\0\x01\0", "an icon"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "a camera's raw file"),
    ],
)
def test_a_picture_of_another_kind_is_refused_with_a_way_out(tmp_path: Path, data: bytes, looks: str):
    sentence = refusal(pictures.raw(tmp_path / "a.png", data))
    assert sentence == f"a.png is {looks}, and we cannot read that. Save it as JPEG or PNG and drop that in."


def test_the_preview_inside_a_raw_file_is_not_taken_for_the_picture(tmp_path: Path):
    assert "a camera's raw file" in refusal(pictures.camera_raw(tmp_path / "a.dng"))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif", "gif", "tiff", "bmp"])
def test_a_file_that_ends_too_early_is_damaged(tmp_path: Path, suffix: str):
    whole = Image.effect_noise((300, 200), 80).convert("RGB")
    path = pictures.cut(pictures.saved(tmp_path / f"IMG_1.{suffix}", whole), 0.6)
    assert refusal(path).startswith(f"IMG_1.{suffix} is damaged")


def test_a_cut_jpeg_is_damaged(tmp_path: Path):
    path = pictures.cut(pictures.photo(tmp_path / "IMG_1.jpg", 300, 200))
    refusal(path)
    with pytest.raises(BadPicture) as bad:
        look_at(path, "IMG_1.jpg")
    assert bad.value.fault == Fault.DAMAGED


@pytest.mark.parametrize(
    ("make", "suffix"),
    [
        (lambda path: pictures.png_bomb(path, 50_000, 50_000), "png"),
        (lambda path: pictures.png_bomb(path, 8_100, 8_000), "png"),
        (pictures.gif_bomb, "gif"),
        (pictures.bmp_bomb, "bmp"),
        (pictures.webp_bomb, "webp"),
        (pictures.avif_bomb, "avif"),
        (pictures.heic_bomb, "heic"),
    ],
)
def test_a_file_that_claims_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path, make, suffix: str):
    sentence = refusal(make(tmp_path / f"a.{suffix}"), memory_mb=256)
    assert sentence.startswith(f"a.{suffix} is too large: it has ")
    assert sentence.endswith(" megapixels, and 64 are the most we take. Save a smaller copy and drop that in.")


def test_the_operator_decides_how_many_pixels_are_too_many(tmp_path: Path):
    path = pictures.photo(tmp_path / "a.jpg", 2000, 1500)
    assert "it has 3 megapixels, and 2 are the most" in refusal(path, max_pixels=2_000_000)
    assert look_at(path, "a.jpg", limits=Limits(max_pixels=3_000_000)).width == 2000


@pytest.mark.parametrize("size", [(1, 1), (1, 10_000), (400, 15)])
def test_a_picture_too_small_to_publish_is_refused(tmp_path: Path, size: tuple[int, int]):
    path = pictures.saved(tmp_path / "dot.png", Image.new("RGB", size))
    assert refusal(path) == (
        f"dot.png is too small to publish: it has {size[0]} x {size[1]} pixels, "
        "and each side needs at least 16. Drop in a larger copy."
    )


def test_a_name_in_a_sentence_is_short_printable_and_on_one_line(tmp_path: Path):
    path = pictures.raw(tmp_path / "a", b"")
    assert refusal(path, "a\r\nX: 1\u202egpj.exe").startswith("a X: 1 gpj.exe is empty")
    assert refusal(path, "x" * 5000 + ".jpg").startswith("x" * 40)
    assert len(refusal(path, "x" * 5000 + ".jpg")) < 200
    assert refusal(path, "\n").startswith("The picture is empty")


def test_a_missing_file_is_our_fault_and_not_the_pictures(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        look_at(tmp_path / "gone.jpg", "gone.jpg")


# What it may cost


def test_a_picture_that_needs_too_much_memory_is_refused_and_we_live_on(tmp_path: Path):
    path = pictures.saved(tmp_path / "big.png", Image.new("RGB", (6000, 4000)))
    sentence = "big.png needs more memory than one picture may use. Save a smaller copy and drop that in."
    with pytest.raises(BadPicture) as bad:
        look_at(path, "big.png", limits=Limits(memory_mb=100))
    assert (bad.value.sentence, bad.value.may_pass) == (sentence, False)


def test_a_picture_that_takes_too_long_may_pass_another_time(tmp_path: Path):
    path = pictures.saved(tmp_path / "slow.png", Image.new("RGB", (6000, 4000)))
    with pytest.raises(BadPicture) as bad:
        look_at(path, "slow.png", limits=Limits(seconds=0.02))
    assert bad.value.may_pass
    assert bad.value.sentence.startswith("slow.png takes too long to read.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "mode", "options"),
    [
        ("jpg", "RGB", {"quality": 60}),
        ("jpg", "RGB", {"quality": 60, "progressive": True, "subsampling": "4:4:4"}),
        ("png", "RGBA", {"compress_level": 1}),
        ("png", "P", {"compress_level": 1}),
        ("png", "I;16", {"compress_level": 1}),
        ("tiff", "CMYK", {"compression": "tiff_lzw"}),
        ("webp", "RGB", {"quality": 30, "method": 0}),
        ("avif", "RGB", {"quality": 30, "speed": 10}),
    ],
)
def test_sixty_megapixels_pass_and_cost_us_nothing(tmp_path: Path, suffix: str, mode: str, options: dict):
    small = Image.new("I;16", (1188, 792), 9999) if mode == "I;16" else pictures.four_corners(1188, 792).convert(mode)
    path = tmp_path / f"large.{suffix}"
    small.resize((9504, 6336), Image.Resampling.NEAREST).save(path, **options)
    del small
    before = psutil.Process().memory_info().rss
    picture = look_at(path, path.name)
    made = make_rendition(path, tmp_path / "out.jpg", FEED)
    after = psutil.Process().memory_info().rss
    assert picture.width * picture.height > 60_000_000
    assert made.width == 1440
    assert after - before < 10_000_000

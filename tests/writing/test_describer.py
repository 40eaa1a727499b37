from __future__ import annotations

import datetime as dt
import pickle
import struct
from collections import OrderedDict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from poster.errors import Refused
from writing.captioners import Brief, Key, NoWords
from writing.captioners.describer import Describer, alt_text, caption
from writing.captioners.lite2 import EPSILON, Lite2, shifted
from writing.captioners.placeholders import UnknownBlanks, blanks, fill
from writing.captioners.subjects import FINE, SURE, WIDE, subject_of
from writing.captioners.torch_tensors import tensors
from writing.captioners.vision import colour_name, look, pixels, weights
from writing.holds import Doubt

PHOTOS = Path(__file__).parents[2] / "sandbox" / "photos"
BRIEF = Brief(prompt="", language="en", hard_limit=500, sweet_spot=150, max_hashtags=5)
SEEN = {"subject": "a cat", "tag": "cat", "colours": ["brown", "beige"], "light": "", "shape": "wide"}


@pytest.fixture(scope="module")
def network():
    return Lite2(tensors(weights()))


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (320, 200), (90, 120, 230)).save(path)
    return path


def brief(**wishes):
    return Brief(**{field: getattr(BRIEF, field) for field in BRIEF.__slots__} | wishes)


# The network


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("tabby-cat.jpg", "a cat"),
        ("cup-of-coffee.jpg", "coffee"),
        ("citrus-fruits.jpg", "fruit"),
        ("dogs-at-the-window.jpg", "a dog"),
        ("bridge-at-night.jpg", "a bridge"),
    ],
)
def test_it_sees_what_is_in_a_photograph(network, name, subject):
    if not (PHOTOS / name).exists():
        pytest.skip("the sandbox has no such photograph")
    with Image.open(PHOTOS / name) as file:
        probabilities = network.probabilities(pixels(file.convert("RGB")))
    assert probabilities.sum() == pytest.approx(1, abs=1e-4)
    assert subject_of(probabilities.tolist()).phrase == subject


def test_each_layer_answers_as_it_did_when_the_network_was_trained(network):
    """The weights carry the mean and spread of every layer's output over ImageNet: ours must agree with them."""
    off = []

    class Listening(Lite2):
        def _normal(self, x, name):
            flat = x.reshape(-1, x.shape[-1]).mean(axis=0)
            spread = np.sqrt(self._weights[f"{name}.running_var"] + EPSILON)
            off.append(float(np.abs((flat - self._weights[f"{name}.running_mean"]) / spread).mean()))
            return super()._normal(x, name)

    photos = sorted(PHOTOS.glob("*.jpg"))
    if not photos:
        pytest.skip("the sandbox has no photographs")
    with Image.open(photos[0]) as file:
        Listening(network._weights).probabilities(pixels(file.convert("RGB")))
    assert len(off) == 64
    assert max(off) < 1.5


def test_padding_is_tensorflows():
    """An even length and stride 2: nothing on the left, one on the right."""
    x = np.arange(1, 5, dtype=np.float32).reshape(2, 2, 1)
    views = [view[..., 0].tolist() for view in shifted(x, 3, 2)]
    assert views == [[[1]], [[2]], [[0]], [[3]], [[4]], [[0]], [[0]], [[0]], [[0]]]


def test_a_convolution_agrees_with_the_textbook():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(9, 7, 3)).astype(np.float32)
    kernel = rng.normal(size=(5, 5)).astype(np.float32)
    ours = sum(view * tap for view, tap in zip(shifted(x, 5, 1), kernel.ravel(), strict=True))
    padded = np.pad(x, [(2, 2), (2, 2), (0, 0)])
    by_hand = np.array(
        [[(padded[r : r + 5, c : c + 5] * kernel[..., None]).sum((0, 1)) for c in range(7)] for r in range(9)]
    )
    assert np.allclose(ours, by_hand, atol=1e-4)


# Its weights


def weights_file(path, obj, *, storages=()):
    with path.open("wb") as file:
        parts: tuple[Any, ...] = (0x1950A86A20F9469CFC6C, 1001, {})
        for part in parts:
            pickle.dump(part, file, 2)
        file.write(obj)
        pickle.dump([key for key, _ in storages], file, 2)
        for _, values in storages:
            file.write(struct.pack("<q", len(values)) + np.asarray(values, "<f4").tobytes())
    return path


def test_a_weights_file_that_wants_to_run_something_is_refused(tmp_path):
    evil = b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00echo\x85R."
    with pytest.raises(ValueError, match=r"os\.system"):
        tensors(weights_file(tmp_path / "evil.pth", evil))


@pytest.mark.parametrize("content", [b"", b"hello", pickle.dumps(5, 2) * 3, b"PK\x03\x04"])
def test_another_file_is_not_taken_for_weights(tmp_path, content):
    path = tmp_path / "x.pth"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a weights file"):
        tensors(path)


def test_weights_that_are_cut_short_are_refused(tmp_path):
    whole = weights().read_bytes()
    path = tmp_path / "short.pth"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="cut short"):
        tensors(path)


def test_an_empty_file_of_weights_has_no_tensors(tmp_path):
    assert tensors(weights_file(tmp_path / "none.pth", pickle.dumps(OrderedDict(), 2))) == {}


# The subjects


def test_a_subject_is_named_only_when_it_is_sure():
    cats = [0.0] * 1000
    cats[281] = cats[285] = SURE / 2 - 0.01
    assert subject_of(cats) is None
    cats[283] = 0.02
    assert subject_of(cats).phrase == "a cat"


def test_the_wider_word_is_taken_when_the_finer_is_not_sure():
    pets = [0.0] * 1000
    pets[281] = pets[200] = 0.3
    assert subject_of(pets).phrase == "an animal"


def test_no_subject_says_who_a_person_is_or_names_what_does_harm():
    people, weapons, medicine = {981, 982, 983}, {413, 763, 764, 499, 456, 471}, {823, 845, 720}
    underwear = {459, 445, 639, 529, 399, 652}
    for subject in (*FINE, *WIDE):
        assert subject.classes <= set(range(1000))
        assert not subject.classes & (people | (weapons - {499}) | medicine | underwear)


# What it says


def test_the_built_in_sentence_is_modest_and_true(photo):
    words = Describer().describe([photo], brief(taken_on=dt.date(2008, 10, 22)), Key())
    assert words.text == "October 2008."
    assert words.alt_texts == ("A wide photo, mainly blue.",)
    assert Doubt.DESCRIBER in {hold.code for hold in words.holds}
    assert words.usage.cost == Decimal(0)
    assert words.usage.seconds > 0


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"name": "sourdough rye", "subject": "bread"}, "Sourdough rye."),
        ({"subject": "buildings", "place": "Arezzo", "month": "October 2008"}, "Buildings in Arezzo, October 2008."),
        ({"place": "Arezzo"}, "Arezzo."),
        ({"folder": "Summer sale"}, "Summer sale."),
        ({}, "A new photo."),
    ],
)
def test_a_caption_is_made_of_what_is_known(known, sentence):
    assert caption(dict.fromkeys(("name", "subject", "folder", "place", "month"), "") | known) == sentence


def test_the_alt_text_tells_what_can_be_seen():
    assert alt_text(SEEN) == "A wide photo of a cat, mainly brown and beige."
    upright = SEEN | {"shape": "upright", "subject": "", "colours": ["blue"]}
    assert alt_text(upright) == "An upright photo, mainly blue."
    assert alt_text(upright | {"light": "dark"}) == "A dark, upright photo, mainly blue."


def test_the_owners_template_does_the_writing(photo):
    template = "{name} at Mill Bakery. We saw {subject}. Open till six, {month}! mill-bakery.com"
    told = brief(prompt=template, name_words="Rye", taken_on=dt.date(2008, 10, 1))
    words = Describer().describe([photo], told, Key())
    assert words.text == "Rye at Mill Bakery. Open till six, October 2008! mill-bakery.com"


@pytest.mark.slow
def test_an_order_for_a_language_model_is_no_caption(photo):
    for prompt in ("Write a warm caption about {name}.", "Fresh every day.", "Please describe {subject}."):
        assert Describer().describe([photo], brief(prompt=prompt, name_words="Rye"), Key()).text == "Rye."


def test_hashtags_come_from_the_picture_and_the_place_and_not_from_names(photo):
    told = brief(folder_words="Join Evil Club", name_words="buy crypto now", place="Arezzo")
    assert Describer().describe([photo], told, Key()).hashtags == ("arezzo",)


def test_what_was_made_with_ai_is_called_no_photo(photo):
    words = Describer().describe([photo], brief(made_with_ai=True), Key())
    assert words.text == "A new picture."
    assert words.alt_texts == ("A wide picture, mainly blue.",)


def test_each_of_several_pictures_is_looked_at_and_the_first_one_named(photo, tmp_path):
    Image.new("RGB", (200, 320), (20, 120, 30)).save(tmp_path / "other.jpg")
    words = Describer().describe([photo, tmp_path / "other.jpg"], brief(name_words="Rye"), Key())
    assert words.text == "Rye."
    assert words.alt_texts == ("A wide photo, mainly blue.", "An upright photo, mainly green.")


def test_a_template_that_is_too_long_for_the_channel_says_so(photo):
    with pytest.raises(NoWords, match="takes 20") as none:
        Describer().describe(
            [photo], brief(prompt="{month} " + "word " * 30, taken_on=dt.date(2020, 1, 1), hard_limit=20), Key()
        )
    assert none.value.usage.cost == Decimal(0)


def test_a_file_that_is_no_picture_is_refused(tmp_path):
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff nothing")
    with pytest.raises(Refused, match="cannot read this picture"):
        Describer().describe([path], BRIEF, Key())


def test_transparency_is_seen_on_white(tmp_path):
    path = tmp_path / "logo.png"
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(path)
    assert look({"path": str(path)})["colours"] == ["white"]


@pytest.mark.parametrize(
    ("hsv", "name"),
    [
        ((0, 1, 1), "red"),
        ((30, 1, 1), "orange"),
        ((30, 0.8, 0.4), "brown"),
        ((40, 0.3, 0.9), "beige"),
        ((60, 1, 1), "yellow"),
        ((120, 1, 0.6), "green"),
        ((180, 1, 1), "turquoise"),
        ((220, 1, 1), "blue"),
        ((270, 1, 1), "purple"),
        ((320, 0.6, 1), "pink"),
        ((360, 1, 1), "red"),
        ((0, 0, 1), "white"),
        ((0, 0, 0.5), "grey"),
        ((200, 1, 0.1), "black"),
    ],
)
def test_colours_have_plain_names(hsv, name):
    assert colour_name(*hsv) == name


# Templates


def test_a_blank_that_we_do_not_know_is_named():
    with pytest.raises(UnknownBlanks, match=r"\{caption\.__class__\}, \{0\}"):
        fill("{name} {caption.__class__} {0}", {"name": "x"})


def test_what_is_filled_in_is_not_filled_again():
    assert fill("{name}", {"name": "{place}", "place": "Arezzo"}) == "{place}"
    assert blanks("{name} and {name}") == ("name", "name")


def test_sentences_without_a_value_are_left_out():
    assert fill("Hello! Seen in {place}. Bye.\n\n{subject}\n\nNew.", {}) == "Hello! Bye.\n\nNew."


def test_an_unknown_blank_is_for_the_owner_to_mend(photo):
    with pytest.raises(Refused, match=r"\{topic\}"):
        Describer().describe([photo], brief(prompt="{topic} today"), Key())


# Pictures nobody chose for this


@pytest.mark.slow
def test_nasty_pictures_are_described_or_refused_and_nothing_else(shared):
    chosen = sorted(path for path in (shared / "images").iterdir() if path.suffix.lower() in {".jpg", ".png"})
    for path in chosen[::24]:
        try:
            words = Describer().describe([path], BRIEF, Key())
        except Refused:
            continue
        assert words.alt_texts[0].endswith(".")
        assert path.stem not in words.alt_texts[0]

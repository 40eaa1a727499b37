"""A picture of a post is cropped: what is kept of it, what is frozen, and that what is seen before goes out."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Channel, User
from media.images import WHOLE, Crop, Recipe
from media.models import Asset
from media.renditions import digest
from poster.permissions import Caller, NotPossible
from publishing.models import Delivery, Post
from publishing.platforms import Form
from publishing.posts import approval_undo, approving, repeating, writing
from publishing.posts.contents import Content, Wanted
from publishing.posts.freezing import content_hash
from publishing.posts.frozen_pictures import renditions_of
from publishing.posts.previewing import previews
from publishing.reasons.posts import ChangedMeanwhile, CropRefused
from tests import factories
from tests.house import House
from tests.pictures import GREEN
from tests.publishing.test_preview_pictures import FORMS, a_member, seen
from tests.publishing.test_repeating import start

__all__ = ["a_member"]
RIGHT, TOP_RIGHT = (5000, 0, WHOLE, WHOLE), (5000, 0, WHOLE, 5000)


@pytest.fixture
def ann(db: None) -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def page(ann: User) -> Channel:
    return factories.channel(ann, "instagram")


def draft(ann: User, page: Channel, *crops: Crop | None, **columns: Any) -> Post:
    """A picture for each of these."""
    assets = [factories.asset(ann, width=1600, height=1200).pk for _ in crops]
    content = Content(
        text="Bread.",
        pictures=assets,
        places=[Wanted(page.pk, "feed")],
        crops=dict(zip(assets, crops, strict=True)),
        **columns,
    )
    return writing.write(ann, content, by=Caller.of(ann))


def edit(post: Post, revision: int | None = None, **changed: Any) -> None:
    keys = [item.asset_id for item in post.items.all()]
    places = [Wanted(row.channel_id, row.placement) for row in post.variants.all()]
    content = Content(**{"text": post.text, "pictures": keys, "places": places, **changed})
    writing.edit(post, content, by=Caller.of(post.owner), revision=revision)


def cropped(post: Post) -> list[Any]:
    return [item.crop for item in post.items.all()]


def frozen(post: Post) -> list[Any]:
    """The recipes of one delivery."""
    (delivery,) = approving.approve(post, by=Caller.of(post.owner), undoable=True)
    delivery.refresh_from_db()
    return [item["recipe"] for item in delivery.media]


# --- what is kept


def test_a_crop_stays_until_it_is_changed_and_goes_with_its_picture(ann: User, page: Channel) -> None:
    post = draft(ann, page, RIGHT, None)
    first, second = (item.asset_id for item in post.items.all())
    before = post.revision
    edit(post, pictures=[second, first])
    assert cropped(post) == [None, list(RIGHT)]
    edit(post, crops={first: None, second: TOP_RIGHT})
    assert cropped(post) == [list(TOP_RIGHT), None]
    assert post.revision == before + 2
    edit(post, crops={second: (0, 0, WHOLE, WHOLE)})
    assert cropped(post) == [None, None]


def test_of_two_tabs_the_second_changes_no_crop(ann: User, page: Channel) -> None:
    post = draft(ann, page, RIGHT)
    (key,) = (item.asset_id for item in post.items.all())
    old = post.revision
    edit(post, crops={key: TOP_RIGHT})
    with pytest.raises(NotPossible) as caught:
        edit(post, revision=old, crops={key: None})
    assert (caught.value.reason.code, cropped(post)) == (ChangedMeanwhile.code, [list(TOP_RIGHT)])


@pytest.mark.parametrize(
    "crop", [(), (0, 0, 1), (0, 0, 400, 5000), (6000, 0, 5000, WHOLE), (-5, 0, 5000, 5000), (0, 0, 5000, 99999)]
)
def test_what_no_picture_can_be_cropped_to_is_refused(ann: User, page: Channel, crop: Any) -> None:
    with pytest.raises(NotPossible) as caught:
        draft(ann, page, crop)
    assert caught.value.reason.code == CropRefused.code
    assert not Post.objects.exists()


def test_a_part_of_fifteen_pixels_is_refused(ann: User, page: Channel) -> None:
    tiny = factories.asset(ann, width=300, height=200)
    content = Content(text="", pictures=[tiny.pk], places=[Wanted(page.pk, "feed")], crops={tiny.pk: (0, 0, 500, 5000)})
    with pytest.raises(NotPossible) as caught:
        writing.write(ann, content, by=Caller.of(ann))
    assert caught.value.reason.code == CropRefused.code


# --- what is frozen


def test_an_approval_freezes_the_crop_and_an_undo_keeps_it(ann: User, page: Channel) -> None:
    post = draft(ann, page, TOP_RIGHT)
    (recipe,) = frozen(post)
    assert recipe["crop"] == list(TOP_RIGHT)
    approval_undo.undo(post, by=Caller.of(ann))
    assert (post.state, cropped(post)) == (Post.State.DRAFT, [list(TOP_RIGHT)])
    edit(post, crops={post.items.get().asset_id: None})
    assert ["crop" in each for each in frozen(post)] == [False]


def test_without_a_crop_what_is_frozen_is_as_it_was_and_what_was_frozen_before_is_found(
    ann: User, page: Channel
) -> None:
    post = draft(ann, page, None)
    (recipe,) = frozen(post)
    assert set(recipe) == {
        *("min_ratio", "max_ratio", "fit", "min_width", "max_width", "max_height"),
        *("max_bytes", "format", "background"),
    }
    delivery = Delivery.objects.get()
    assert delivery.content_hash == content_hash(delivery.text, delivery.media, delivery.options)
    blob = factories.blob(post.assets.get(), "rendition", recipe=digest(Recipe(**recipe), ""))
    assert renditions_of(delivery) == [blob]


def test_the_one_shape_of_an_album_is_that_of_the_part(ann: User, page: Channel) -> None:
    """Of 1600 x 1200; Instagram shows nothing that is taller than 4:5 or wider than 1.91:1."""
    for crop, ratio in ((RIGHT, 0.8), (TOP_RIGHT, 4 / 3), (None, 4 / 3), ((0, 0, WHOLE, 6000), 1.91)):
        post = draft(ann, page, crop, None)
        (preview,) = previews(post)
        assert [frame.width / frame.height for frame in preview.frames] == pytest.approx([ratio] * 2, rel=0.01)
        for recipe in frozen(post):
            assert recipe["min_ratio"] < ratio < recipe["max_ratio"] or ratio == 1.91


def test_a_series_shows_the_part_each_time(house: House) -> None:
    page, asset = house.connect()["facebook"], house.asset()
    content = Content(
        text="Market day.", pictures=[asset.pk], places=[Wanted(page.pk, "feed")], crops={asset.pk: TOP_RIGHT}
    )
    pattern = writing.write(house.owner, content, by=Caller.of(house.owner))
    series = start(pattern)
    assert repeating.repeat(series)
    made = series.posts.get()
    assert cropped(made) == [list(TOP_RIGHT)]
    assert [item["recipe"]["crop"] for item in made.deliveries.get().media] == [list(TOP_RIGHT)]


# --- what is seen before


@pytest.mark.parametrize("fit", ["pad", "crop"])
@pytest.mark.parametrize(("platform", "form"), FORMS)
def test_the_part_that_is_seen_before_is_what_is_sent_to_the_byte(
    house: House, platform: str, form: Form, fit: str
) -> None:
    """Of four quarters the top right one, of every picture."""
    house.connect()
    sizes = [(900, 700), (700, 900), (640, 640)] if form is Form.ALBUM else [(900, 700)]
    assets = [house.asset(f"{at}.jpg", width=wide, height=high) for at, (wide, high) in enumerate(sizes)]
    place = Wanted(house.channels[platform].pk, "story" if form is Form.STORY else "feed")
    keys = [asset.pk for asset in assets]
    content = Content(text="Bread.", pictures=keys, places=[place], fit=fit, crops=dict.fromkeys(keys, TOP_RIGHT))
    post = writing.write(house.owner, content, by=Caller.of(house.owner))
    before = [b"".join(answer.streaming_content) for answer in seen(post)]
    (delivery,) = approving.approve(post, by=Caller.of(house.owner))
    assert house.settle(delivery).state == Delivery.State.PUBLISHED
    (shown,) = house.box.feed(platform)
    assert [one["sha256"] for one in shown["pictures"]] == [hashlib.sha256(each).hexdigest() for each in before]
    for each in before:
        with Image.open(io.BytesIO(each)) as picture:
            middle: Any = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
        assert max(abs(one - other) for one, other in zip(middle, GREEN, strict=True)) < 25


# --- in the form, without scripts


@pytest.fixture
def browser(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client


ADD = "admin:publishing_post_add"
SIDES = ("left", "top", "right", "bottom")


def sent(picture: Asset, page: Channel, *numbers: str, **more: str) -> dict[str, Any]:
    fields = {f"crop_{side}_{picture.pk}": number for side, number in zip(SIDES, numbers, strict=False)}
    place = {f"place_{picture.pk}": "1", f"crop_{picture.pk}": ""}
    return {"text": "Typed.", **place, "to": [f"{page.pk}:feed"], **fields, **more}


@pytest.mark.parametrize(
    ("numbers", "kept"),
    [
        (("50", "0", "100", "50"), [5000, 0, WHOLE, 5000]),
        (("12.5", "", "", ""), [1250, 0, WHOLE, WHOLE]),
        (("", "", "", ""), None),
        (("0", "0", "100", "100"), None),
        ((), None),
    ],
)
def test_four_numbers_crop_it(
    browser: Client, ann: User, page: Channel, numbers: tuple[str, ...], kept: list[int] | None
) -> None:
    picture = factories.asset(ann)
    browser.post(reverse(ADD), sent(picture, page, *numbers))
    assert cropped(Post.objects.get()) == [kept]


def test_the_field_of_the_script_crops_it_and_the_page_shows_it_again(
    browser: Client, ann: User, page: Channel
) -> None:
    picture = factories.asset(ann)
    browser.post(reverse(ADD), sent(picture, page) | {f"crop_{picture.pk}": "5000,0,10000,5000"})
    post = Post.objects.get()
    where = reverse("admin:publishing_post_change", args=[post.pk])
    shown = browser.get(where)
    (choice,) = shown.context["choices"]
    assert choice.crop == "5000,0,10000,5000"
    assert [number.value for number in choice.numbers] == ["50", "0", "100", "50"]
    assert choice.item.view == "800 0 800 600"
    assert shown.content.decode().count('viewBox="800 0 800 600"') == 4  # above, its card, and twice in the preview


@pytest.mark.parametrize("numbers", [("60", "0", "50", "100"), ("0", "0", "2", "100"), ("x", "0", "50", "50")])
def test_what_cannot_be_is_refused_and_nothing_that_was_typed_is_lost(
    browser: Client, ann: User, page: Channel, numbers: tuple[str, ...]
) -> None:
    picture = factories.asset(ann)
    answer = browser.post(reverse(ADD), sent(picture, page, *numbers))
    assert not Post.objects.exists()
    assert picture.name in answer.context["problem"]
    (choice,) = answer.context["choices"]
    assert [number.value for number in choice.numbers] == list(numbers)
    assert (answer.context["composer"].text, choice.place, choice.item.view) == ("Typed.", "1", "")


def test_a_forged_crop_of_a_draft_is_refused_and_comes_back(browser: Client, ann: User, page: Channel) -> None:
    post = draft(ann, page, RIGHT)
    picture = post.assets.get()
    where = reverse("admin:publishing_post_change", args=[post.pk])
    mark = browser.get(where).content.decode().split('name="typed_here" value="')[1].split('"')[0]
    forged = sent(picture, page, whole="yes", revision=str(post.revision), typed_here=mark)
    forged |= {f"crop_{picture.pk}": "1;DROP", "text": "Other words."}
    browser.post(reverse("admin:publishing_post_do", args=[post.pk, "reword"]), forged)
    post.refresh_from_db()
    assert (post.text, cropped(post)) == ("Bread.", [list(RIGHT)])
    again = browser.get(where)
    assert (again.context["words"], again.context["choices"][0].crop) == ("Other words.", "1;DROP")

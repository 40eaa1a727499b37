"""A picture of a post as it goes out, as the feed shows that, and as the profile's grid does. In pixels, no bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from media.images import Recipe, part_of
from media.models import Asset
from media.renditions import digest
from publishing.models import Post
from publishing.platforms import Grid
from publishing.posts import preview_pictures
from publishing.posts.places import Place
from publishing.posts.text_limits import shown_of

SQUARE = (1, 1)  # the frame of a picture whose size is not known yet
SAME = 0.005  # two ratios that nobody can tell apart


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of a frame: from where on, and how much."""

    left: float
    top: float
    width: float
    height: float
    how: str = "xMidYMid slice"

    def __str__(self) -> str:
        """As viewBox of an SVG."""
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture as it will be shown, in pixels of the original. `note` says what is changed; "" for nothing.

    `part`: where a person has cropped it, what that leaves of the whole.
    """

    asset: Asset
    width: int
    height: int
    how: str  # preserveAspectRatio of SVG: the whole picture with a border, or cut to the frame
    note: str
    alt: str = ""
    sent: str = ""  # where the very bytes are that go out
    view: View | None = None  # what the feed shows of it, where it cuts
    grid: View | None = None  # what the profile shows of it
    part: View | None = None

    @property
    def box(self) -> str:
        """Of its SVG, in the feed."""
        return str(self.view or View(0, 0, self.width, self.height))


def frames_of(post: Post, place: Place) -> Iterator[Frame]:
    """Those that this place shows, in their order."""
    shown, items = shown_of(place.channel.platform, place.form(post)), place.items(post)
    recipes = preview_pictures.recipes(post, place)
    for item in items:
        frame = framed(item.asset, recipes[item.asset_id])
        yield replace(
            frame,
            alt=item.alt_text,
            sent=_sent(post, place, item.asset, digest(recipes[item.asset_id], item.asset.ai_mark)),
            view=cut(frame, shown.tallest) if shown.tallest and len(items) == 1 else None,
            grid=in_grid(frame, shown.grid) if shown.grid else None,
        )


def _sent(post: Post, place: Place, asset: Asset, made_to: str) -> str:
    """Another one as soon as it is made otherwise, so that a browser may keep what it has."""
    address = reverse("preview_picture", args=[post.pk, place.channel.pk, str(place.placement), asset.pk])
    return f"{address}?as={made_to[:16]}"


def cut(frame: Frame, tallest: float) -> View | None:
    """Its middle, where it is narrower than this; None where all of it is seen."""
    if frame.width / frame.height >= tallest - SAME:
        return None
    height = frame.width / tallest
    return View(0, (frame.height - height) / 2, frame.width, height)


def in_grid(frame: Frame, grid: Grid) -> View:
    """Its middle; all of it, with a border, where it is wide."""
    ratio = frame.width / frame.height
    if ratio >= grid.whole_from - SAME:
        height = frame.width / grid.ratio
        return View(0, (frame.height - height) / 2, frame.width, height)
    width, height = min(frame.width, frame.height * grid.ratio), min(frame.height, frame.width / grid.ratio)
    return View((frame.width - width) / 2, (frame.height - height) / 2, width, height)


def framed(asset: Asset, recipe: Recipe) -> Frame:
    """The picture in the nearest shape that this takes, padded or cropped as it says."""
    whole = (asset.width, asset.height) if asset.width and asset.height else SQUARE
    left, top, right, bottom = part_of(*whole, recipe.crop)
    width, height = right - left, bottom - top
    part = View(left, top, width, height) if recipe.crop and whole != SQUARE else None
    ratio = width / height
    nearest = min(max(ratio, recipe.min_ratio), recipe.max_ratio)
    small = [_small(width, recipe)] if part else []
    if abs(nearest - ratio) < SAME:
        return Frame(asset, width, height, "xMidYMid slice", " ".join(small), part=part)
    wider = nearest > ratio
    if recipe.fit == "crop":
        size = (width, round(width / nearest)) if wider else (round(height * nearest), height)
        cuts = _("Its edges are cut: this platform shows it in another shape.")
        return Frame(asset, *size, "xMidYMid slice", " ".join([cuts, *small]).strip(), part=part)
    size = (round(height * nearest), height) if wider else (width, round(width / nearest))
    border = _("It gets a border: this platform shows it in another shape.")
    return Frame(asset, *size, "xMidYMid meet", " ".join([border, *small]).strip(), part=part)


def _small(width: int, recipe: Recipe) -> str:
    if width >= recipe.min_width:
        return ""
    told = _("What you cropped is %(width)d pixels wide; this platform wants %(least)d, so it is enlarged.")
    return told % {"width": width, "least": recipe.min_width}

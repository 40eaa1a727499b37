"""How a post will look on each platform, before it is approved: its words, and its picture as it will be framed."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Channel
from media.models import Asset
from poster.reasons import Reason, rendering
from publishing.models import Post
from publishing.platforms import PLATFORMS, Limits, Look
from publishing.posts.fitting import advice, count_hashtags, count_mentions, length, too_long
from publishing.posts.places import Place, problem_of
from publishing.posts.shapes import in_one_shape
from publishing.posts.text_limits import limits_of
from publishing.reasons.posts import UNITS
from watches.models import Watch

SQUARE = (1, 1)  # the frame of a picture whose size is not known yet


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture as it will be shown, in pixels of the original. `note` says what is changed; "" for nothing."""

    asset: Asset
    width: int
    height: int
    how: str  # preserveAspectRatio of SVG: the whole picture with a border, or cut to the frame
    note: str


@dataclass(frozen=True, slots=True)
class Preview:
    """One channel's view of a post."""

    channel: Channel
    look: Look
    label: str  # what the platform is called
    placement: str
    own: str  # the field of the words that it has here alone
    text: str
    line: str  # what its words end with there, as there is no field for a label
    problem: Reason | None  # it cannot go out so
    advice: str  # it can, but not all of it counts there
    frames: list[Frame]


@dataclass(frozen=True, slots=True)
class Counter:
    """What the live counts need, and where they stand: all that `too_long` and `advice` count."""

    channel: Channel
    limits: Limits
    used: int
    hashtags: int
    mentions: int
    line: str

    @property
    def unit(self) -> str:
        """What is counted."""
        return str(rendering.shown(UNITS[self.limits.count]))

    @property
    def tone(self) -> str:
        return _tone(self.used, 0.9 * self.limits.text, self.limits.text)

    @property
    def hashtags_tone(self) -> str:
        return _tone(self.hashtags, self.limits.useful_hashtags, self.limits.hashtags)

    @property
    def mentions_tone(self) -> str:
        return _tone(self.mentions, self.limits.mentions, self.limits.mentions)


def _tone(used: int, near: float, most: int) -> str:
    if used > most:
        return "over"
    return "near" if used > near else ""


def previews(post: Post) -> list[Preview]:
    """One for each platform that it goes to, and each place there."""
    return [_preview(post, place, [item.asset for item in place.items(post)]) for place in _one_each(post)]


def of_each_place(post: Post) -> list[tuple[Place, Preview]]:
    """One for each place that it goes to, also where two look alike."""
    places = [Place.of(row) for row in post.variants.all()]
    return [(place, _preview(post, place, [item.asset for item in place.items(post)])) for place in places]


def counters(post: Post) -> list[Counter]:
    """One for each platform that it goes to with the post's own words."""
    counted = [counter_of(place, post) for place in _one_each(post) if not place.own_text]
    return [counter for counter in counted if counter]


def counter_of(place: Place, post: Post) -> Counter | None:
    """Of the words that it has there; None where there are none."""
    limits, text = limits_of(place.channel.platform, place.form(post)), place.text(post)
    if not limits.text:
        return None
    return Counter(
        place.channel, limits, length(text, limits), count_hashtags(text), count_mentions(text), place.line(post)
    )


def _one_each(post: Post) -> list[Place]:
    seen: dict[tuple[str, ...], Place] = {}
    for row in post.variants.all():
        seen.setdefault((row.channel.platform, row.placement, row.text, *row.pictures), Place.of(row))
    return list(seen.values())


def _preview(post: Post, place: Place, assets: list[Asset]) -> Preview:
    channel, limits = place.channel, limits_of(place.channel.platform, place.form(post))
    shape = in_one_shape(limits, assets)
    frames = [framed(asset, shape, post.fit) for asset in assets]
    look, label = PLATFORMS[channel.platform].look, PLATFORMS.label(channel.platform)
    words = place.text(post)
    text, told = (place.own_text or post.text, advice(words, limits)) if limits.text else ("", "")
    problem = problem_of(place, post) or (too_long(words, limits) if text else None)
    own = f"words_{channel.pk}:{place.placement}"
    return Preview(channel, look, label, place.placement, own, text, place.line(post), problem, told, frames)


def framed(asset: Asset, limits: Limits, fit: str) -> Frame:
    """The picture in the nearest shape that the platform takes, padded or cropped as the watch says."""
    width, height = (asset.width, asset.height) if asset.width and asset.height else SQUARE
    ratio = width / height
    nearest = min(max(ratio, limits.min_ratio), limits.max_ratio)
    if abs(nearest - ratio) < 0.005:
        return Frame(asset, width, height, "xMidYMid slice", "")
    wider = nearest > ratio
    if fit == Watch.Fit.CROP:
        size = (width, round(width / nearest)) if wider else (round(height * nearest), height)
        return Frame(asset, *size, "xMidYMid slice", "Its edges are cut: this platform shows it in another shape.")
    size = (round(height * nearest), height) if wider else (width, round(width / nearest))
    return Frame(asset, *size, "xMidYMid meet", "It gets a border: this platform shows it in another shape.")

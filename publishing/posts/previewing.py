"""How a post will look on each platform, before it is approved: its words up to the fold, its pictures as they go out.

What is folded, pressed and laid out is what the platform declares (`publishing.platforms.followers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Channel
from poster.reasons import Reason, rendering
from publishing.models import Post
from publishing.platforms import PLATFORMS, Limits, Look, Shown, Together
from publishing.posts import going_out
from publishing.posts.fitting import advice, count_hashtags, count_mentions, fit, length, too_long
from publishing.posts.folding import Folded, folded
from publishing.posts.framing import Frame, frames_of
from publishing.posts.places import Place, problem_of
from publishing.posts.text_limits import limits_of, shown_of
from publishing.reasons.posts import UNITS

TILES = 5  # of a mosaic; on the last one stands how many more there are


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
    shown: Shown
    words: Folded  # all of them, with the line
    topic: str  # what was chosen in place of a hashtag
    when: str  # it goes out, or went out

    @property
    def tiles(self) -> list[Frame]:
        """The pictures that are seen without pressing one."""
        return self.frames[:TILES] if self.together == Together.MOSAIC else self.frames

    @property
    def more(self) -> int:
        """How many are behind the last one."""
        return len(self.frames) - len(self.tiles)

    @property
    def together(self) -> str:
        """How they are laid out; "" for one."""
        return self.shown.together.value if len(self.frames) > 1 else ""

    @property
    def large(self) -> bool:
        """Whether the words are set large."""
        seen = "".join(piece.text for piece in (*self.words.seen, *self.words.rest))
        return 0 < len(seen) <= self.large_up_to

    @property
    def large_up_to(self) -> int:
        """So many characters are set large; 0: none, as beside a picture."""
        return 0 if self.frames else self.shown.large

    @property
    def told(self) -> dict[str, Any]:
        """What `static/poster/previews.js` needs to show other words in the same way, as they are typed."""
        fold, pressed = self.shown.fold, {sign.value: most for sign, most in self.shown.pressed.items()}
        return {
            "lines": fold.lines if fold else 0,
            "columns": fold.columns if fold else 0,
            "more": _(str(fold.word)) if fold else "",
            "pressed": {name: most for name, most in pressed.items() if not (self.topic and name == "hashtag")},
            "numbers": self.shown.numbers,
            "line": self.line,
            "large": self.large_up_to,
        }

    @property
    def unknown(self) -> Iterator[str]:
        """What it cannot tell."""
        if self.shown.fold:
            yield _about(self.shown)
        if self.large_up_to:
            told = _("Words of up to %(most)d characters are usually set large; the platform does not say when.")
            yield told % {"most": self.large_up_to}
        if any(frame.view for frame in self.frames):
            yield _("How much of a tall picture the feed shows is what others have seen; the platform does not say it.")
        if self.shown.grid and self.frames:
            yield _("The shape of the pictures in the profile is what others have seen; the platform does not say it.")
        yield from map(_, map(str, self.shown.unknown))
        if self.frames:
            yield _("The app may make the picture smaller, or compress it once more.")


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


def _about(shown: Shown) -> str:
    fold = shown.fold
    assert fold is not None  # noqa: S101 - whoever calls has looked
    told = _("About %(seen)d characters are seen on a phone before “%(word)s”.") % {
        "seen": fold.characters,
        "word": _(str(fold.word)),
    }
    web = _("On the web about %d.") % fold.on_the_web if fold.on_the_web else ""
    sure = "" if fold.verified else _("Others have measured this; the platform does not say it.")
    return " ".join(filter(None, [told, web, sure]))


def _tone(used: int, near: float, most: int) -> str:
    if used > most:
        return "over"
    return "near" if used > near else ""


def previews(post: Post) -> list[Preview]:
    """One for each platform that it goes to, and each place there."""
    return [_preview(post, place) for place in _one_each(post)]


def of_each_place(post: Post) -> list[tuple[Place, Preview]]:
    """One for each place that it goes to, also where two look alike."""
    places = [Place.of(row) for row in post.variants.all()]
    return [(place, _preview(post, place)) for place in places]


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


def _preview(post: Post, place: Place) -> Preview:
    channel, form = place.channel, place.form(post)
    limits, shown = limits_of(channel.platform, form), shown_of(channel.platform, form)
    words, look = place.text(post), PLATFORMS[channel.platform].look
    text, told = (place.own_text or post.text, advice(words, limits)) if limits.text else ("", "")
    problem = problem_of(place, post) or (too_long(words, limits) if text else None)
    topic = str(place.chosen.get(shown.topic) or "") if shown.topic else ""
    return Preview(
        channel=channel,
        look=replace(look, actions=tuple(rendering.sentence(each, {}) for each in look.actions)),
        label=PLATFORMS.label(channel.platform),
        placement=place.placement,
        own=f"words_{channel.pk}:{place.placement}",
        text=text,
        line=place.line(post),
        problem=problem,
        advice=told,
        frames=list(frames_of(post, place)),
        shown=shown,
        words=folded(
            _sent(words, limits, as_it_is=problem is not None) if limits.text else "", shown, topic=bool(topic)
        ),
        topic=topic,
        when=going_out.said(place, post),
    )


def _sent(words: str, limits: Limits, *, as_it_is: bool) -> str:
    """What goes out of these words. What does not fit is shown as it was typed."""
    return words if as_it_is else fit(words, (), limits)

"""The form in which a person writes a post or changes a draft: words, pictures in an order, places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from media.models import Asset
from poster.permissions import NotPossible
from publishing.admin import crops, places
from publishing.admin.places import Own, key_of
from publishing.models import Post, PostAsset, Tag
from publishing.platforms import Label
from publishing.posts import contents, labels, tagging
from publishing.posts.contents import Content
from publishing.reasons.times import NoTimeGiven

LABELS = {Label.AI: _("Made with AI"), Label.ADULT: _("For adults only")}
NOW, AT = "now", "at"
TIMES = (
    (NOW, _("As soon as it is approved")),
    (AT, _("At a time")),
    (Post.Queue.NEXT.value, _("In the queue: the next free time of each channel")),
    (Post.Queue.FIRST.value, _("First in the queue: others make room")),
    (Post.Queue.LAST.value, _("Last in the queue: behind all others")),
)
SOME = 12  # tags that are named
MOST = 60  # pictures to choose from; those that were asked for come first


@dataclass(frozen=True, slots=True)
class Choice:
    """One picture that can be chosen; `place`: which one it is to be, "" for none.

    `says`: its alt text, as typed here; None where the page has another field for it. `crop`: as `crops` has it.
    """

    asset: Asset
    place: str
    says: str | None = ""
    crop: str = ""

    @property
    def item(self) -> PostAsset:
        """As the post would show it."""
        return PostAsset(asset=self.asset, crop=crops.valid(self.asset, self.crop))

    @property
    def numbers(self) -> list[crops.Number]:
        """The fields of its crop, without scripts."""
        return crops.numbers(self.asset.pk, self.crop)


@dataclass(frozen=True, slots=True)
class LabelField:
    """What people can be told of it. `by`: who wants it so whatever is ticked here; "" for nobody."""

    value: str
    title: StrOrPromise
    ticked: bool
    by: str


@dataclass(slots=True)
class Typed:
    """What stands in the form: as it was typed, as the draft is, or as the address asks for it."""

    text: str = ""
    order: dict[UUID, str] = field(default_factory=dict)
    alt_texts: dict[UUID, str] = field(default_factory=dict)  # by picture
    crops: dict[UUID, str] = field(default_factory=dict)  # by picture, as `publishing.admin.crops` has them
    to: set[str] = field(default_factory=set)
    fit: str = "pad"
    own: dict[str, Own] = field(default_factory=dict)  # by place
    labels: set[str] = field(default_factory=set)
    tags: str = ""
    when: str = NOW
    due: str = ""

    @classmethod
    def of(cls, data: QueryDict, post: Post | None = None) -> Typed:
        """From a form that was sent."""
        order = {
            key: str(value) for name, value in data.items() if (key := key_of(name, "place_")) and str(value).strip()
        }
        said = {key: _lines(data, name) for name in data if (key := key_of(name, "says_"))}
        said |= _alt_texts(data, post) if post else {}
        to, fit = set(data.getlist("to")), data.get("fit", "pad")
        own, label, tags = places.typed(data), set(data.getlist("label")), _lines(data, "tags")
        when, due = data.get("when", NOW), data.get("due", "")
        return cls(_lines(data, "text"), order, said, crops.typed(data), to, fit, own, label, tags, when, due)

    @classmethod
    def asked(cls, data: QueryDict) -> Typed:
        """From the address: these pictures (`picture`) in this order, these places (`to`), this time (`at`)."""
        keys = [key for value in data.getlist("picture") if (key := key_of(value))]
        due = _shown(data.get("at", ""))
        return cls(order=_numbered(keys), to=set(data.getlist("to")), when=AT if due else NOW, due=due)

    @classmethod
    def kept(cls, post: Post) -> Typed:
        """As the draft is."""
        order = _numbered(item.asset_id for item in post.items.all())
        to = {f"{row.channel_id}:{row.placement}" for row in post.variants.all()}
        said = {label for label, yes in ((Label.AI, post.made_with_ai), (Label.ADULT, post.adult)) if yes}
        label, tags = {str(each) for each in said}, ", ".join(tag.name for tag in post.tags.all())
        when = AT if post.due_at else post.queue or NOW
        due = places.shown(post.due_at)
        parts = {item.asset_id: crops.kept(item.crop) for item in post.items.all()}
        return cls(post.text, order, {}, parts, to, post.fit, places.kept(post), label, tags, when, due)

    @property
    def pictures(self) -> list[UUID]:
        """In their order; of two with the same number, the one that stands first on the page."""
        return sorted(self.order, key=lambda key: places.number(self.order[key]))

    def content(self, owner: User, post: Post | None = None) -> Content:
        """What is wanted. Raises NotPossible for what cannot be read."""
        channels = contents.channels_of(owner, post)
        return Content(
            text=self.text,
            pictures=self.pictures,
            places=list(places.wanted(self.to, self.own, channels, self.pictures)),
            alt_texts=self.alt_texts,
            crops={key: crops.read(text) for key, text in self.crops.items()},
            fit="crop" if self.fit == "crop" else "pad",
            made_with_ai=Label.AI in self.labels,
            adult=Label.ADULT in self.labels,
            tags=tagging.named(self.tags),
            due_at=self._due_at(),
            queue=self.when if self.when in Post.Queue.values else Post.Queue.NONE,
        )

    def _due_at(self) -> dt.datetime | None:
        if self.when != AT:
            return None
        if (when := places.moment(self.due)) is None:
            raise NotPossible(NoTimeGiven())
        return when


def context(owner: User, typed: Typed, post: Post | None = None) -> dict[str, Any]:
    """What the form shows. `post`: the draft that is changed."""
    rows = contents.pictures_of(owner, post)
    first = list(rows.filter(pk__in=list(typed.order)[:MOST]))
    others = list(rows.exclude(pk__in=[asset.pk for asset in first])[: MOST - len(first)])
    first.sort(key=lambda asset: typed.pictures.index(asset.pk))
    elsewhere = set(post.items.values_list("asset", flat=True)) if post else set()
    choices = [
        Choice(
            asset,
            typed.order.get(asset.pk, ""),
            None if asset.pk in elsewhere else typed.alt_texts.get(asset.pk, ""),
            typed.crops.get(asset.pk, ""),
        )
        for asset in [*first, *others]
    ]
    page = places.Page(typed.to, typed.own, _kept(post, [*first, *others]), post)
    return {
        "composer": typed,
        "choices": choices,
        "rows": page.rows(contents.channels_of(owner, post)),
        "labels": _labels(owner, typed, post),
        "their_tags": _tags_of(owner),
        "times": TIMES,
    }


def _shown(at: str) -> str:
    """A moment, or a time of the page's zone, as its field takes it; "" for what is none."""
    try:
        when = dt.datetime.fromisoformat(at)
    except ValueError:
        return ""
    return places.shown(when) if when.tzinfo else when.strftime(places.FORMAT)


def _kept(post: Post | None, offered: list[Asset]) -> list[Asset]:
    """Those of the draft in its order, for its places to choose from. What is typed is in it once it is kept."""
    known = {asset.pk: asset for asset in offered}
    return [known[item.asset_id] for item in post.items.all() if item.asset_id in known] if post else []


def _tags_of(owner: User) -> str:
    """Those that they use most, for the form to name."""
    used = Tag.objects.filter(owner=owner, posts__isnull=False).annotate(posts_with=Count("posts"))
    return ", ".join(used.order_by("-posts_with", "name").values_list("name", flat=True)[:SOME])


def _labels(owner: User, typed: Typed, post: Post | None) -> list[LabelField]:
    channels = [row.channel for row in post.variants.all()] if post else []
    orders = labels.always(post or Post(owner=owner), *channels)
    return [LabelField(label, LABELS[label], label in typed.labels, orders.get(label, "")) for label in Label]


def alt_text_of(item: PostAsset, data: QueryDict | None) -> str:
    """Of one picture of a post, as it was typed, else as it is."""
    return data.get(f"alt_text_{item.pk}", item.alt_text) if data else item.alt_text


def _alt_texts(data: QueryDict, post: Post) -> dict[UUID, str]:
    """The form names them by the rows that they stand in."""
    return {item.asset_id: alt_text_of(item, data) for item in post.items.all()}


def _numbered(keys: Iterable[UUID]) -> dict[UUID, str]:
    return {key: str(place) for place, key in enumerate(dict.fromkeys(keys), 1)}


def _lines(data: QueryDict, name: str) -> str:
    """A form sends line breaks as two characters."""
    return str(data.get(name, "")).replace("\r\n", "\n")


def address(pictures: Iterable[UUID]) -> str:
    """The page with these pictures chosen."""
    return (
        f"{reverse('admin:publishing_post_add')}?{urlencode({'picture': [str(key) for key in pictures]}, doseq=True)}"
    )

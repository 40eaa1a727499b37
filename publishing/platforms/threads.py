"""Threads. Rules: Threads API, Posts; its own Postman collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from accounts.providers.meta import client as meta
from accounts.providers.meta.errors import ON_THREADS
from poster.errors import OutsideError, Refused
from poster.reasons import _
from poster.reasons.outside_posts import ShapeRefused
from publishing.platforms import (
    ANY,
    Account,
    Fold,
    Form,
    Label,
    Layout,
    Limits,
    Look,
    Option,
    OptionKind,
    Shown,
    Sign,
    Spoilt,
    Together,
)
from publishing.platforms.containers import Containers, Dialect
from publishing.reasons.sending import NotWorkedOn

PHOTO = Limits(
    text=500,
    sweet_spot=200,
    hashtags=30,
    mentions=20,
    alt_text=1000,
    min_ratio=0.1,
    max_ratio=10.0,
    min_width=320,
    max_width=1440,
    max_height=14400,
    max_bytes=8 * 1024 * 1024,
    needs_address=True,
    useful_hashtags=1,  # the first becomes the topic, the others are plain text
    count="utf8",  # Meta speaks of emoji alone; production refuses other letters by their bytes too
    settle=180,
)
FEED = Shown(
    fold=Fold(lines=6, columns=42, word=_("more"), source="about 250 characters on a phone: not verified"),
    pressed={Sign.LINK: 5, Sign.HASHTAG: 1, Sign.MENTION: ANY},  # the first hashtag becomes the topic
    topic="topic_tag",
    together=Together.BESIDE,
    unknown=(
        _("Threads says nowhere where it folds a text on a phone. On the web all of it is seen."),
        _("Only accounts that exist become a mention."),
    ),
)
# `error_message` of a container that a new one would repeat (Troubleshooting)
FOR_GOOD = {"INVALID_ASPEC_RATIO", "INVALID_ASPECT_RATIO"}
PICTURED = frozenset({Form.PHOTO, Form.ALBUM})
WHO_REPLIES = (  # Reply Management, "Control Who Can Reply"
    ("everyone", _("Everyone")),
    ("followers_only", _("Followers")),
    ("accounts_you_follow", _("Accounts you follow")),
    ("mentioned_only", _("Only accounts that are mentioned")),
)


class Threads(Containers):
    """Always speaks of "me": stored ids of the account were reported to be refused for writing."""

    look = Look("threads", Layout.THREAD)
    labels: Mapping[Form, frozenset[Label]] = {}
    options = (  # Threads API, Publishing: User Threads
        Option(
            name="reply_control",
            kind=OptionKind.CHOICE,
            label=_("Who can reply"),
            forms=PICTURED | {Form.TEXT},
            default="everyone",
            choices=WHO_REPLIES,
        ),
        Option(
            name="topic_tag",
            kind=OptionKind.TEXT,
            label=_("Topic"),
            forms=PICTURED | {Form.TEXT},
            default="",
            help=_("One topic, without the sign. Without it, the first hashtag becomes the topic."),
            most=50,
            without=".&",
        ),
        Option(
            name="is_spoiler_media",
            kind=OptionKind.FLAG,
            label=_("Blur the pictures until somebody presses them"),
            forms=PICTURED,
            default=False,
        ),
    )
    limits = {
        Form.PHOTO: PHOTO,
        Form.ALBUM: replace(PHOTO, parts=20),
        Form.TEXT: replace(PHOTO, parts=0, needs_address=False),
    }
    shown = {
        Form.PHOTO: FEED,
        Form.ALBUM: FEED,
        Form.TEXT: replace(FEED, unknown=(*FEED.unknown, _("A link may be followed by its own card."))),
    }
    dialect = Dialect(
        name="Threads",
        account="me",
        making="threads",
        showing="threads_publish",
        listing="threads",
        words="text",
        status="status",
        detail="error_message",
        quota="threads_publishing_limit",
        forms={
            Form.TEXT: {"media_type": "TEXT"},  # never auto_publish_text: nothing of it could be asked about
            Form.PHOTO: {"media_type": "IMAGE"},
            Form.ALBUM: {"media_type": "CAROUSEL"},
        },
    )
    no_effect = ON_THREADS

    def graph(self, account: Account) -> meta.Graph:
        return meta.threads(account.token)

    def page(self, account_id: str, name: str) -> str:
        return f"https://www.threads.net/@{name}" if name else ""

    def spoilt(self, detail: str) -> OutsideError:
        if detail in FOR_GOOD:
            return Refused(ShapeRefused(service=self.dialect.name))
        return Spoilt(NotWorkedOn(service=self.dialect.name, vendor_code=detail))
